"""A run that is stopped from outside: the last release stays whole, and the next run goes on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import duckdb
import pytest

from ingestion.demo import write_region

if TYPE_CHECKING:
    from pathlib import Path

WEEKS = ("2026-W44", "2026-W46")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("interrupted")
    write_region(folder / "demo", first_week=WEEKS[0], last_week=WEEKS[1], factor=0.05, faults=False)
    return folder


def start(home: Path, weeks: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-u", "-m", "orchestration.cli", "run", "--weeks", weeks]
    environment = {**os.environ, "CX_HOME": str(home)}
    return subprocess.Popen(
        command,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        preexec_fn=_hear_interrupts,
    )


def _hear_interrupts() -> None:
    """What a shell starts in the background ignores interrupts, and so would all that it starts."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def read_until(process: subprocess.Popen[str], mark: str) -> str:
    assert process.stdout is not None
    seen = ""
    for line in process.stdout:
        seen += line
        if mark in line:
            break
    return seen


def released(home: Path) -> list[str]:
    return sorted(str(path.parent.relative_to(home / "issues")) for path in home.glob("issues/*/r*/manifest.json"))


@pytest.mark.parametrize(("how", "code"), [(signal.SIGKILL, -signal.SIGKILL), (signal.SIGINT, 130)])
def test_a_stopped_run_leaves_whole_releases_and_the_next_one_goes_on(
    home: Path, how: signal.Signals, code: int
) -> None:
    process = start(home, "..".join(WEEKS))
    seen = read_until(process, "✓ 2026-W44")
    process.send_signal(how)
    rest, _ = process.communicate(timeout=120)
    assert process.returncode == code, seen + rest
    assert "Traceback" not in seen + rest
    if how == signal.SIGINT:
        assert "Последний выпуск остался прежним" in rest
    assert "2026-W44/r1" in released(home)
    again = start(home, "..".join(WEEKS))
    output, _ = again.communicate(timeout=300)
    assert again.returncode == 0, output
    assert released(home) == ["2026-W44/r1", "2026-W45/r1", "2026-W46/r1"]
    with duckdb.connect(str(home / "published" / "cx.duckdb"), read_only=True) as connection:
        assert connection.execute("select list(distinct week order by week) from metric_values").fetchall() == [
            (["2026-W44", "2026-W45", "2026-W46"],)
        ]
