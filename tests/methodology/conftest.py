"""A copy of the real methodology that a test may spoil."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

METHODOLOGY = Path(__file__).parents[2] / "methodology"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return shutil.copytree(METHODOLOGY, tmp_path / "methodology")
