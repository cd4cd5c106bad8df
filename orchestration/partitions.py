"""Weekly partitions of the whole product: ISO weeks, named as everywhere else (``2026-W46``).

What does not belong here: which week a moment falls into (``ingestion/weeks.py``).
"""

from __future__ import annotations

import dagster as dg

from ingestion.weeks import week_range
from orchestration.arguments import FIRST_WEEK, LAST_WEEK

# Static, not a time window: Dagster names weekly windows by a date (2026-11-09), while folders, tables and people say
# 2026-W46; and a time window ends at "now", so that what can be run would depend on the clock of the machine.
WEEKS = dg.StaticPartitionsDefinition(week_range(f"{FIRST_WEEK}..{LAST_WEEK}"))
