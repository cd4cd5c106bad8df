"""Weeks as people type them: what cannot be understood is a wrong argument, exit code 2.

What does not belong here: what a week is (``ingestion/weeks.py``).
"""

from __future__ import annotations

from ingestion.errors import IngestionError
from orchestration.errors import WrongArgumentError


def parse_weeks(week: str | None, weeks: str | None) -> list[str]:
    """Weeks asked for, ascending; none when neither is given.

    Args:
        week: one week, for example ``2026-W46``.
        weeks: a range, for example ``2026-W35..2026-W46``.

    Raises:
        WrongArgumentError: both are given, or one is no week or range.
    """
    if week and weeks:
        raise WrongArgumentError("--week и --weeks: укажите что-нибудь одно.")
    if week and ".." in week:
        raise WrongArgumentError(f"--week {week}: здесь одна неделя; для нескольких есть --weeks.")
    asked = week or weeks
    if asked is None:
        return []
    from ingestion.weeks import week_range  # polars: not for `cx --help`

    try:
        return week_range(asked)
    except IngestionError as error:
        raise WrongArgumentError(str(error)) from error
