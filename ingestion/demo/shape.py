"""The size and the calendar of a demo region, and its streams of chance."""

from __future__ import annotations

import datetime as dt
import zlib
from dataclasses import dataclass

import numpy as np

MINUTE, HOUR, DAY, WEEK = 60, 3_600, 86_400, 604_800
_EPOCH = dt.date(1970, 1, 1)
HOLIDAYS = (dt.date(2026, 11, 4),)  # the centres are closed


def parse_week(week: str) -> dt.date:
    """Monday of an ISO week such as ``2026-W46``."""
    year, number = week.split("-W")
    return dt.date.fromisocalendar(int(year), int(number), 1)


def weeks_between(first: str, last: str) -> tuple[str, ...]:
    """All ISO weeks from the first to the last, both included."""
    monday, end = parse_week(first), parse_week(last)
    if end < monday:
        raise ValueError(f"Демонстрационная область: неделя {last} раньше недели {first}; поменяйте их местами.")
    count = (end - monday).days // 7 + 1
    days = (monday + dt.timedelta(weeks=number) for number in range(count))
    return tuple(f"{day.isocalendar().year}-W{day.isocalendar().week:02d}" for day in days)


@dataclass(frozen=True)
class Shape:
    """What is asked of the generator: weeks, size, seed, and whether to plant faults."""

    weeks: tuple[str, ...]
    factor: float
    offices: int
    regions: int
    seed: int
    faults: bool

    @property
    def start(self) -> int:
        """First Monday 00:00 as local wall-clock seconds since 1970."""
        return (parse_week(self.weeks[0]) - _EPOCH).days * DAY

    @property
    def end(self) -> int:
        """Local wall-clock second at which the last week is over: nothing is dated from then on."""
        return self.start + len(self.weeks) * WEEK

    @property
    def last(self) -> int:
        """Position of the last week."""
        return len(self.weeks) - 1

    def stream(self, part: str) -> np.random.Generator:
        """A stream of chance for one part, so that a change in one part leaves the others as they were."""
        return np.random.default_rng([self.seed, zlib.crc32(part.encode())])

    def is_holiday(self, local: np.ndarray) -> np.ndarray:
        """Whether local wall-clock seconds fall on a day on which the centres are closed."""
        return np.isin(local // DAY, [(day - _EPOCH).days for day in HOLIDAYS])

    def week_of(self, local: np.ndarray) -> np.ndarray:
        """Position of the week of local wall-clock seconds."""
        return (local - self.start) // WEEK

    def weekly_rows(self, per_week: float, rng: np.random.Generator) -> np.ndarray:
        """Week position of each record: about ``per_week`` × factor records a week, a little more each week."""
        expected = per_week * self.factor * (1 + 0.006 * np.arange(len(self.weeks)))
        counts = np.maximum(1, np.round(expected * rng.normal(1, 0.02, len(self.weeks)))).astype(np.int64)
        return np.repeat(np.arange(len(self.weeks)), counts)
