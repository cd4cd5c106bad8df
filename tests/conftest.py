"""What tests of several folders share: one released demo region, made by the commands that users run."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ingestion.settings import Settings

ROOT = Path(__file__).resolve().parents[1]


def run_cx(home: Path, *arguments: str, region: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run ``cx`` as a user would, with its home elsewhere."""
    environment = {**os.environ, "CX_HOME": str(home)}
    if region is not None:
        environment["CX_REGION"] = str(region)
    return subprocess.run(
        [sys.executable, "-m", "orchestration.cli", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )


@pytest.fixture(scope="session")
def released_home(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A home in which the twelve weeks of the demo region have been released. Tests must not change it."""
    home = tmp_path_factory.mktemp("released")
    for command in (["demo"], ["run"]):
        ran = run_cx(home, *command)
        assert ran.returncode == 0, f"cx {command[0]}: {ran.stdout[-3000:]}{ran.stderr[-3000:]}"
    return Settings(home=home)
