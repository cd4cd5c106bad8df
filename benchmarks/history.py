"""The cost of a week after a year: one week with 51 before it against the same week with one before it.

It is landed, built with its tests, and written as a draft, in a home of either kind in turn: the sources are the same,
so that what differs is what the weeks before it cost.
"""

from __future__ import annotations

import json
import shutil
import statistics
import time
from typing import TYPE_CHECKING

from rich.progress import track

from benchmarks.generate import write_sources
from ingestion.registry import SOURCES
from ingestion.run import land
from ingestion.settings import Settings
from ingestion.weeks import week_range
from orchestration.dbt_runner import Warehouse
from release.issue import draft

if TYPE_CHECKING:
    from pathlib import Path

    from rich.console import Console

WEEKS = week_range("2025-W47..2026-W46")
LIMIT = 1.1
_FAILED = ("error", "fail", "skipped")


class History:
    """A home that has seen some weeks.

    Args:
        home: where its data lives.
        sources: the folder with the sources of the demo region.
        weeks: the weeks that it has seen; the last is timed.
    """

    def __init__(self, home: Path, sources: Path, weeks: list[str]) -> None:
        home.mkdir()
        (home / "demo").symlink_to(sources, target_is_directory=True)
        self._settings = Settings(home=home)
        self._warehouse = Warehouse(self._settings)
        self._week = weeks[-1]
        for week in track(weeks, description=f"Weeks up to {self._week}"):
            self._run(week)

    def _run(self, week: str) -> None:
        for source in SOURCES:
            land(source, week, self._settings)
        if failed := [result.node.name for result in self._warehouse.build(week) if str(result.status) in _FAILED]:
            raise SystemExit(f"benchmark: dbt failed in {week}: {', '.join(failed)}")
        draft(week, self._settings, json.loads(self._warehouse.manifest_path.read_text(encoding="utf-8")))

    def seconds(self) -> float:
        """Run the last week again, and give what it took."""
        started = time.perf_counter()
        self._run(self._week)
        return time.perf_counter() - started


def measure(folder: Path, console: Console, runs: int) -> float:
    """Time the last week in both homes and print it.

    Args:
        folder: where both homes are made.
        console: where the figures are printed.
        runs: pairs of timings; the first pair is left out.

    Returns:
        The median of the ratios, as week 52 to as week 2.
    """
    folder.mkdir()
    sources = folder / "sources"
    write_sources(sources, WEEKS[0], WEEKS[-1], factor=1)
    early = History(folder / "early", sources, WEEKS[-2:])
    late = History(folder / "late", sources, WEEKS)
    pairs = [(early.seconds(), late.seconds()) for _ in range(runs + 1)][1:]
    for name, seconds in zip(("as week 2", "as week 52"), zip(*pairs, strict=True), strict=True):
        console.print(f"{WEEKS[-1]} {name}, s: {', '.join(f'{value:.2f}' for value in seconds)}")
    ratio = statistics.median(last / second for second, last in pairs)
    console.print(f"Week 52 to week 2: {ratio:.2f} (limit {LIMIT})")
    shutil.rmtree(folder)
    return ratio
