"""What tests of several folders share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ingestion.registry import SOURCES
from ingestion.run import land
from ingestion.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def landed_home(tmp_path: Path) -> Path:
    """A home in which a week has landed from a region without any source: every file is there, and empty."""
    region = tmp_path / "region.yml"
    region.write_text(
        "region: none\nname: Пусто\ntime_zone: Asia/Yakutsk\nfirst_week: 2026-W46\nlast_week: 2026-W46\n",
        encoding="utf-8",
    )
    settings = Settings(home=tmp_path / "home", region=region, pseudonym_key="test")  # type: ignore[arg-type]
    for source in SOURCES:
        land(source, "2026-W46", settings)
    return settings.home
