"""Working time of the demo centres: their schedules, laid over the federal calendar, minute by minute."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import holidays
import numpy as np

from ingestion.demo.shape import DAY, MINUTE

if TYPE_CHECKING:
    import polars as pl

    from ingestion.demo.shape import Shape

_EPOCH = dt.date(1970, 1, 1)
_MINUTES = DAY // MINUTE
_MOVED = ("substituted from", "(observed)")  # in the name of a day off that stands for another
_FRIDAY = 5
_LAST_HOUR = 60  # minutes by which the day before a holiday is shorter


class Calendar:
    """Days off of the federal production calendar; a day off that was only moved there makes no day before it short."""

    def __init__(self, years: range) -> None:
        calendar = holidays.country_holidays("RU", years=years, language="en_US")
        self.off = set(calendar)
        self.public = {day for day, name in calendar.items() if not any(mark in name for mark in _MOVED)}
        self.working_weekends = set(calendar.weekend_workdays)


@dataclass(frozen=True)
class WorkingTime:
    """Open intervals of each centre and day, in local wall-clock seconds since 1970.

    Attributes:
        first_day: Days since 1970 of the first day that is held.
        opens: By centre, day and interval; an interval that a day has not is empty.
        closes: Likewise; the closing second is not open.
    """

    first_day: int
    opens: np.ndarray
    closes: np.ndarray

    def minutes(self, office: np.ndarray, start: np.ndarray, finish: np.ndarray) -> np.ndarray:
        """Working minutes from one moment to another."""
        total = np.zeros(len(office), dtype=np.int64)
        first, last = start // DAY - self.first_day, finish // DAY - self.first_day
        for ahead in range(int((last - first).max(initial=-1)) + 1):
            day = np.minimum(first + ahead, last)
            for interval in range(self.opens.shape[2]):
                opens, closes = self.opens[office, day, interval], self.closes[office, day, interval]
                overlap = np.minimum(finish, closes) - np.maximum(start, opens)
                total += np.where(first + ahead <= last, overlap.clip(0), 0)
        return total / MINUTE

    def is_open(self, office: np.ndarray, moment: np.ndarray) -> np.ndarray:
        """Whether the centre works at a moment."""
        day = moment // DAY - self.first_day
        opens, closes = self.opens[office, day], self.closes[office, day]
        return np.any((opens <= moment[:, None]) & (moment[:, None] < closes), axis=1)


def plan_working_time(shape: Shape, offices: pl.DataFrame, schedules: pl.DataFrame) -> WorkingTime:
    """Lay the schedules of all centres over the calendar of all weeks."""
    first, count = shape.start // DAY, (shape.end - shape.start) // DAY
    days = [_EPOCH + dt.timedelta(days=first + number) for number in range(count)]
    calendar = Calendar(range(days[0].year, days[-1].year + 2))
    rows = {office: list(part.iter_rows(named=True)) for (office,), part in schedules.group_by("office_id")}
    intervals = [
        [_intervals(_open_minutes(rows.get(office, []), day, calendar)) for day in days]
        for office in offices["office_id"]
    ]
    most = max(len(found) for by_day in intervals for found in by_day)
    opens = np.zeros((len(intervals), count, most), dtype=np.int64)
    closes = np.zeros_like(opens)
    for office, by_day in enumerate(intervals):
        for day, found in enumerate(by_day):
            for interval, (start, end) in enumerate(found):
                opens[office, day, interval] = (first + day) * DAY + start * MINUTE
                closes[office, day, interval] = (first + day) * DAY + end * MINUTE
    return WorkingTime(first, opens, closes)


def _open_minutes(rows: list[dict[str, object]], day: dt.date, calendar: Calendar) -> np.ndarray:
    """Which minutes of a day the centre is open: those of any schedule in force."""
    is_open = np.zeros(_MINUTES, dtype=bool)
    if day in calendar.off:
        return is_open
    valid = [row for row in rows if str(row["valid_from"]) <= str(day) <= str(row["valid_to"] or "9999-12-31")]
    hours = [row for row in valid if row["weekday"] == day.isoweekday()]
    if day in calendar.working_weekends and not hours:  # it works as on a Friday
        hours = [row for row in valid if row["weekday"] == _FRIDAY]
    for row in hours:
        is_open[_minute(row["opens_at"]) : _minute(row["closes_at"])] = True
    if day + dt.timedelta(days=1) in calendar.public and is_open.any():
        closing = int(np.flatnonzero(is_open)[-1]) + 1
        is_open[max(0, closing - _LAST_HOUR) :] = False
    return is_open


def _minute(hour: object) -> int:
    hours, minutes = str(hour).split(":")
    return int(hours) * 60 + int(minutes)


def _intervals(is_open: np.ndarray) -> list[tuple[int, int]]:
    """Runs of open minutes: the first minute of each, and the minute after it."""
    steps = np.diff(np.concatenate([[0], is_open.astype(np.int8), [0]]))
    return list(zip(np.flatnonzero(steps == 1).tolist(), np.flatnonzero(steps == -1).tolist(), strict=True))
