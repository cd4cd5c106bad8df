"""One run of the whole demo region, shared by the tests that look at what it gave."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from ingestion.settings import Settings
from orchestration.cli import run_command

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@dataclass(frozen=True)
class DemoRun:
    """The home of a finished run: ``cx demo``, then ``cx run``.

    Attributes:
        exit_code: of ``cx run``.
        output: what it wrote.
    """

    home: Path
    exit_code: int
    output: str

    @property
    def settings(self) -> Settings:
        return Settings(home=self.home)


@pytest.fixture(scope="session")
def demo_run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoRun]:
    home = tmp_path_factory.mktemp("demo-home")
    log = home.parent / "cx-run.txt"
    with pytest.MonkeyPatch.context() as patch, log.open("w", encoding="utf-8") as screen:
        patch.setenv("CX_HOME", str(home))
        patch.setattr("sys.stdout", screen)
        assert run_command(["demo"]) == 0
        code = run_command(["run"])
        screen.flush()
        patch.undo()
        patch.setenv("CX_HOME", str(home))
        yield DemoRun(home, code, log.read_text(encoding="utf-8"))
