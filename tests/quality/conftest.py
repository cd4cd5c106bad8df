"""A small landed home, and a draft that is sound, for the tests of the gate."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from ingestion.demo import write_region
from ingestion.registry import SOURCES
from ingestion.run import land
from ingestion.settings import Settings
from tests.quality.drafts import write_draft

METHODOLOGY = Path(__file__).parents[2] / "methodology"
EARLIER, WEEK = "2026-W45", "2026-W46"


def settings_of(home: Path) -> Settings:
    return Settings(home=home, region=METHODOLOGY / "regions" / "demo.yml", methodology=METHODOLOGY)


@pytest.fixture(scope="session")
def landed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which two weeks of a small demo region have landed; copy it, never change it."""
    home = tmp_path_factory.mktemp("landed")
    write_region(home / "demo", first_week=EARLIER, last_week=WEEK, factor=0.05, faults=False, with_truth=False)
    for week in (EARLIER, WEEK):
        for source in SOURCES:
            land(source, week, settings_of(home))
    return home


@pytest.fixture
def home(landed: Path, tmp_path: Path) -> Path:
    """A copy of the landed home, to spoil."""
    copy = tmp_path / "home"
    shutil.copytree(landed / "landing", copy / "landing")
    return copy


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    """A sound draft of an issue, to spoil."""
    folder = tmp_path / "home" / "issues" / WEEK / ".draft"
    write_draft(folder)
    return folder
