"""Weeks as people type them.

What does not belong here: which week a moment falls into (``ingestion/weeks.py``).
"""

from __future__ import annotations

import re
from datetime import date, timedelta

_WEEK = re.compile(r"(\d{4})-W(\d{2})")


class WrongArgumentError(ValueError):
    """An argument cannot be understood: exit code 2."""


def _monday(week: str) -> date:
    match = _WEEK.fullmatch(week.strip())
    if match is None:
        raise WrongArgumentError(f"Неделя {week!r}: нужна неделя ISO вида 2026-W46")
    try:
        return date.fromisocalendar(int(match[1]), int(match[2]), 1)
    except ValueError as error:
        raise WrongArgumentError(f"Неделя {week!r}: в {match[1]} году нет недели {match[2]}") from error


def _name(monday: date) -> str:
    year, week, _ = monday.isocalendar()
    return f"{year}-W{week:02d}"


def parse_week(text: str) -> str:
    """A week as typed.

    Args:
        text: for example ``2026-W46``.

    Raises:
        WrongArgumentError: it is no ISO week.
    """
    return _name(_monday(text))


def parse_weeks(text: str) -> list[str]:
    """A range of weeks as typed, ascending.

    Args:
        text: for example ``2026-W35..2026-W46``.

    Raises:
        WrongArgumentError: it is no range of ISO weeks.
    """
    first, separator, last = text.partition("..")
    if not separator:
        raise WrongArgumentError(f"--weeks {text}: нужны две недели через две точки, например 2026-W35..2026-W46")
    start, end = _monday(first), _monday(last)
    if end < start:
        raise WrongArgumentError(f"--weeks {text}: первая неделя позже последней")
    return [_name(start + timedelta(weeks=step)) for step in range((end - start).days // 7 + 1)]
