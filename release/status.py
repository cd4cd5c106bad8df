"""What has been released, and what each week's sources gave."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from release.issue import MANIFEST, all_newest

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
        manifest = json.loads((issue.folder / MANIFEST).read_text(encoding="utf-8"))
        gaps = sorted(
            {
                " ".join(part for part in (gap["source"], gap["office_id"]) if part)
                for gap in manifest["known_gaps"]
                if gap["week"] == issue.week
            }
        )
        weeks.append(WeekStatus(issue.week, issue.revision, manifest["released_at"], gaps))
    return weeks
