"""What has been released, what each week's sources gave, and what the gate refuses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from release.files import read_json
from release.issue import all_newest

if TYPE_CHECKING:
    from ingestion.settings import Settings


@dataclass(frozen=True)
class WeekStatus:
    """A released week.

    Attributes:
        gaps: sources (and centres) that were missing, in words.
    """

    week: str
    revision: int
    released_at: str
    gaps: list[str]


def status(settings: Settings) -> list[WeekStatus]:
    """Every released week, ascending."""
    weeks = []
    for issue in all_newest(settings):
        manifest = issue.manifest
        gaps = sorted(
            {
                " ".join(part for part in (gap["source"], gap["office_id"]) if part)
                for gap in manifest["known_gaps"]
                if gap["week"] == issue.week
            }
        )
        weeks.append(WeekStatus(issue.week, issue.revision, manifest["released_at"], gaps))
    return weeks


def refusals(settings: Settings) -> list[str]:
    """What the gate said last where it said no, a line each, by week."""
    verdicts = [read_json(path) for path in sorted(settings.home.glob("gate/week=*/*.json"))]
    return [verdict["summary"] for verdict in verdicts if not verdict["passed"]]
