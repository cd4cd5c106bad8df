"""Weeks as people type them: what cannot be understood is a wrong argument, exit code 2.

What does not belong here: what a week is (``ingestion/weeks.py``).
"""

from __future__ import annotations

from ingestion.errors import IngestionError
from orchestration.errors import WrongArgumentError

FIRST_WEEK, LAST_WEEK = "2019-W01", "2035-W52"  # weeks that can be run


def parse_weeks(week: str | None, weeks: str | None) -> list[str]:
    """Weeks asked for, ascending; none when neither is given.

    Args:
        week: one week, for example ``2026-W46``.
        weeks: a range, for example ``2026-W35..2026-W46``.

    Raises:
        WrongArgumentError: both are given, one is no week or range, or none of our time.
    """
    if week is not None and weeks is not None:
        raise WrongArgumentError("--week и --weeks: укажите что-нибудь одно.")
    if week and ".." in week:
        raise WrongArgumentError(f"--week {week}: здесь одна неделя; для нескольких есть --weeks.")
    asked = weeks if week is None else week
    if asked and asked.endswith(".."):
        raise WrongArgumentError(f"--weeks {asked}: нужен и конец, например {asked}{LAST_WEEK}.")
    if asked is None:
        return []
    from ingestion.weeks import week_range  # polars: not for `cx --help`

    try:
        found = week_range(asked)
    except IngestionError as error:
        raise WrongArgumentError(str(error)) from error
    if found[0] < FIRST_WEEK or found[-1] > LAST_WEEK:
        raise WrongArgumentError(f"{asked}: можно недели с {FIRST_WEEK} по {LAST_WEEK}.")
    return found
