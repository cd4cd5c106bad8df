"""How tests run ``cx``: in this process, with a home of their own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from orchestration.cli import run_command

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@dataclass(frozen=True)
class Said:
    """What a command came to."""

    code: int
    out: str
    err: str


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """CX_HOME of the test; nothing is in it."""
    folder = tmp_path / "home"
    monkeypatch.setenv("CX_HOME", str(folder))
    return folder


@pytest.fixture
def cx(home: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    """Run a command of ``cx``."""

    def run(*arguments: str) -> Said:
        capsys.readouterr()
        code = run_command(arguments)
        out, err = capsys.readouterr()
        return Said(code, out, err)

    return run
