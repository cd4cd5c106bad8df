"""Release a week again and again, killed at its first, its second, … line of code that touches the disk.

``python -m tests.release.crash <home> <folder>`` leaves, for each such line, ``<folder>/<number>/crashed``, the home as the
kill left it, and ``<folder>/<number>/home``, the home after the next run. A process is forked for each run, before any
thread was started, so that the kill is a real one.
"""

from __future__ import annotations

import json
import os
import pathlib
import shutil
import signal
import sys
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas  # noqa: F401 - DuckDB imports it with its first parameter: here once, not in each process

from release import issue as issues
from release.publish import publish
from tests.release.world import WEEK, settings_of, write_verdict

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

# built-in functions through which release/ touches the disk, itself or through the library
TOUCHES = {"connect", "execute", "write", "open", "chmod", "fsync", "rename", "replace", "unlink", "mkdir", "rmdir"}
CALLERS = (str(Path(issues.__file__).parent), pathlib.__file__, shutil.__file__)


def run(home: Path) -> None:
    """What the weekly job does after the warehouse is built."""
    settings = settings_of(home)
    folder = issues.draft(WEEK, settings, json.loads((home / "dbt.json").read_text(encoding="utf-8")))
    write_verdict(home, WEEK)
    issues.release(folder, WEEK, settings)
    publish(settings)


def killed_at(number: int) -> Callable[[FrameType, str, Any], None]:
    """A profiler that kills the process before it touches the disk in one more line of code."""
    seen: set[tuple[str, int, str]] = set()

    def watch(frame: FrameType, event: str, function: Any) -> None:
        name, file = getattr(function, "__name__", ""), frame.f_code.co_filename
        if event == "c_call" and name in TOUCHES and file.startswith(CALLERS):
            seen.add((file, frame.f_lineno, name))
            if len(seen) > number:
                os.kill(os.getpid(), signal.SIGKILL)

    return watch


def forked(home: Path, kill_at: int | None = None) -> int:
    """Run in a process of its own; its exit code, negative for the signal that killed it."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            if kill_at is not None:
                sys.setprofile(killed_at(kill_at))
            run(home)
            code = 0
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def main(template: Path, folder: Path) -> None:
    for number in count():
        home = folder / str(number) / "home"
        shutil.copytree(template, home)
        code = forked(home, number)
        assert code in (0, -signal.SIGKILL), (number, code)
        shutil.copytree(home, home.with_name("crashed"))
        assert forked(home) == 0, number
        if code == 0:  # there was no such line: this one came to its end
            break


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
