"""Weekly partitions of the whole product: ISO weeks, named as everywhere else (``2026-W46``).

What does not belong here: which week a moment falls into (``ingestion/weeks.py``).
"""

from __future__ import annotations

from datetime import date

import dagster as dg

FIRST_YEAR, LAST_YEAR = 2019, 2035


def iso_weeks(first_year: int, last_year: int) -> list[str]:
    """All ISO weeks of the years given, ascending.

    Args:
        first_year: first ISO year.
        last_year: last ISO year, included.

    Returns:
        Names such as ``2026-W46``.
    """
    return [
        f"{year}-W{week:02d}"
        for year in range(first_year, last_year + 1)
        # 28 December is always in the last week of its ISO year
        for week in range(1, date(year, 12, 28).isocalendar().week + 1)
    ]


# Static, not a time window: Dagster names weekly windows by a date (2026-11-09), while folders, tables and people say
# 2026-W46; and a time window ends at "now", so that what can be run would depend on the clock of the machine.
WEEKS = dg.StaticPartitionsDefinition(iso_weeks(FIRST_YEAR, LAST_YEAR))
