"""A home with a warehouse written by hand, and what makes issues of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from release import issue as issues
from tests.release.world import (
    EARLIER,
    WEEK,
    dbt_manifest,
    settings_of,
    tables,
    write_inputs,
    write_verdict,
    write_warehouse,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import polars as pl

    from ingestion.settings import Settings


@dataclass
class Works:
    """Makes issues of a home, as the weekly job does."""

    home: Path
    content: dict[str, pl.DataFrame] = field(default_factory=dict)

    @property
    def settings(self) -> Settings:
        return settings_of(self.home)

    def fill(self, *weeks: str) -> None:
        """Build the warehouse of some weeks."""
        self.content = tables(*weeks)
        write_warehouse(self.home, self.content)

    def change(self, relation: str, change: Callable[[pl.DataFrame], pl.DataFrame]) -> None:
        """Build the warehouse with one table changed."""
        self.content[relation] = change(self.content[relation])
        write_warehouse(self.home, self.content)

    def draft(self, week: str = WEEK) -> Path:
        """Write a draft that the gate lets through."""
        folder = issues.draft(week, self.settings, dbt_manifest(self.content))
        write_verdict(self.home, week)
        return folder

    def release(self, week: str = WEEK) -> issues.Issue:
        """Draft and release."""
        return issues.release(self.draft(week), week, self.settings)


@pytest.fixture
def works(tmp_path: Path) -> Works:
    """A home in which two weeks are in the warehouse and nothing is released."""
    made = Works(tmp_path / "home")
    for week in (EARLIER, WEEK):
        write_inputs(made.home, week, survey=f"survey-{week}", ais=f"ais-{week}", reference="lists")
    made.fill(EARLIER, WEEK)
    return made
