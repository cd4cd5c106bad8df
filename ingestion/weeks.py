"""Weeks: the only code that turns a moment into a week.

A week is an ISO week, written ``2026-W46``, in the time zone of the centre (docs/architecture.md §3).
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

import polars as pl

from ingestion.errors import IngestionError

_WEEK = re.compile(r"(\d{4})-W(\d{2})")
_FIRST_MONDAY = date(1970, 1, 5)
_CREDIBLE = (datetime(1900, 1, 1), datetime(2200, 1, 1))  # noqa: DTZ001  UTC without a zone, as everywhere here
_NEVER = pl.lit(None, pl.Datetime("us"))
ZONES = frozenset(available_timezones())  # names of the IANA database; asking for them takes a walk over its files


def monday(week: str) -> date:
    """First day of a week.

    Raises:
        IngestionError: the text is not an ISO week.
    """
    match = _WEEK.fullmatch(week)
    try:
        if match is None:
            raise ValueError(week)
        return date.fromisocalendar(int(match[1]), int(match[2]), 1)
    except ValueError:
        raise IngestionError(f"Неделя «{week}»: нужна запись вида 2026-W46 (год и номер недели ISO).") from None


def week_of_date(day: date) -> str:
    """ISO week of a day."""
    year, number, _ = day.isocalendar()
    return f"{year}-W{number:02d}"


def shift(week: str, weeks: int) -> str:
    """The week that stands a number of weeks after (before, when negative)."""
    return week_of_date(monday(week) + timedelta(weeks=weeks))


def previous_week(week: str) -> str:
    """The week before."""
    return shift(week, -1)


def week_number(week: str) -> int:
    """Running number: neighbours differ by one, also over the new year."""
    return (monday(week) - _FIRST_MONDAY).days // 7


def week_range(text: str) -> list[str]:
    """Weeks of ``2026-W35..2026-W46``, both ends included; one week stands for itself.

    Raises:
        IngestionError: not weeks, or the end comes before the start.
    """
    first, _, last = text.partition("..")
    last = last or first
    count = week_number(last) - week_number(first) + 1
    if count < 1:
        raise IngestionError(f"Недели «{text}»: конец раньше начала. Поменяйте недели местами.")
    return [shift(first, step) for step in range(count)]


def bounds(week: str, zone: str) -> tuple[datetime, datetime]:
    """Start and end of a week in a zone, as UTC without a zone; the end is not included."""
    start = monday(week)
    return _utc(start, zone), _utc(start + timedelta(days=7), zone)


def as_of(week: str, zone: str) -> datetime:
    """Moment at which the week has ended in a zone, as UTC without a zone."""
    return bounds(week, zone)[1]


def local_of(moment: datetime, zone: str) -> datetime:
    """Wall time of a zone at a UTC moment; both without a zone."""
    return moment.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None)


@lru_cache(maxsize=4096)
def _utc(day: date, zone: str) -> datetime:
    local = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone))
    return local.astimezone(UTC).replace(tzinfo=None)


def week_of(moment: pl.Expr, zone: pl.Expr, zones: list[str]) -> pl.Expr:
    """Week of UTC moments in the zones of their rows.

    Args:
        moment: UTC moments without a zone.
        zone: name of the zone of each row.
        zones: every zone that can occur; other rows give null.
    """
    local = [
        pl.when(zone == name).then(
            moment.dt.replace_time_zone("UTC").dt.convert_time_zone(name).dt.replace_time_zone(None)
        )
        for name in zones
    ]
    return pl.coalesce(*local, _NEVER).dt.strftime("%G-W%V")


def to_utc(local: pl.Expr, zone: pl.Expr, zones: list[str]) -> pl.Expr:
    """UTC of local times in the zones of their rows; an hour that a clock change repeats is taken as the first."""
    moments = [
        pl.when(zone == name).then(
            local.dt.replace_time_zone(name, ambiguous="earliest", non_existent="null")
            .dt.convert_time_zone("UTC")
            .dt.replace_time_zone(None)
        )
        for name in zones
    ]
    return credible(pl.coalesce(*moments, _NEVER))


def credible(moment: pl.Expr) -> pl.Expr:
    """UTC moments; those of a slip of the pen, such as the year 0206, are null: no reader can hold them."""
    return pl.when(moment.is_between(*_CREDIBLE)).then(moment)
