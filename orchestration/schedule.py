"""When the weekly issue is made: Monday morning, for the week that has just ended.

What does not belong here: what the issue is made of (``build.py``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import dagster as dg

from ingestion.weeks import previous_week, week_of_date

if TYPE_CHECKING:
    from datetime import datetime

MONDAY_MORNING = "0 6 * * 1"


def previous_week_key(moment: datetime) -> str:
    """The ISO week before the one of a moment.

    Args:
        moment: local time of the region.
    """
    return previous_week(week_of_date(moment.date()))


def weekly_schedule(job: dg.UnresolvedAssetJobDefinition, time_zone: str) -> dg.ScheduleDefinition:
    """The schedule of the weekly issue; stopped until somebody starts it.

    Args:
        job: the job of the issue.
        time_zone: zone of the region.
    """

    @dg.schedule(
        name="weekly_issue_monday",
        job=job,
        cron_schedule=MONDAY_MORNING,
        execution_timezone=time_zone,
        default_status=dg.DefaultScheduleStatus.STOPPED,
        description="Понедельник, 06:00 по времени региона: выпуск за прошедшую неделю.",
    )
    def weekly(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
        local = context.scheduled_execution_time.astimezone(ZoneInfo(time_zone))
        return dg.RunRequest(partition_key=previous_week_key(local))

    return weekly
