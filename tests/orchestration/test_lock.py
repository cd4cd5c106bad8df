"""One run at a time in a home."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from orchestration.errors import UserError
from orchestration.lock import BusyError, home_lock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.orchestration.conftest import Said

ROOT = Path(__file__).parents[2]
HOLD = """
import sys
from pathlib import Path
from orchestration.lock import home_lock
with home_lock(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def holder(home: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the home until its input ends."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(home)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.communicate()


@pytest.mark.parametrize("arguments", [["run", "--week", "2026-W46"], ["demo"], ["site"], ["docs"]])
def test_command_names_the_process_that_holds_the_home(
    cx: Callable[..., Said], home: Path, holder: subprocess.Popen[str], arguments: list[str]
) -> None:
    result = cx(*arguments)
    assert result.code == 1
    assert result.err == (
        f"✗ {home}: здесь уже идёт другой запуск cx (процесс {holder.pid}); дождитесь его или остановите\n"
    )


def test_home_is_free_when_its_holder_was_killed(home: Path, holder: subprocess.Popen[str]) -> None:
    with pytest.raises(BusyError), home_lock(home):
        pass
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    with home_lock(home):
        assert (home / "cx.pid").read_text(encoding="utf-8") == str(os.getpid())


def test_same_process_may_take_the_home_again(home: Path) -> None:
    with home_lock(home):
        with home_lock(home):
            pass
        done = subprocess.run(
            [sys.executable, "-c", HOLD, str(home)], input="", capture_output=True, text=True, check=False, cwd=ROOT
        )
        assert "BusyError" in done.stderr  # still ours after the inner one was let go
    done = subprocess.run(
        [sys.executable, "-c", HOLD, str(home)], input="", capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert done.stdout == "held\n"


def test_homes_do_not_hinder_each_other(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    with home_lock(tmp_path / "another"):
        assert holder.poll() is None


def test_home_that_cannot_be_made_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with (
        pytest.raises(UserError, match=r"file/home: сюда не записать \(.*\); проверьте CX_HOME") as raised,
        home_lock(tmp_path / "file" / "home"),
    ):
        pass
    assert "\n" not in str(raised.value)
