"""``make bench``: a national week, and one week of a database, against hand-written floors; a week after a year.

Prints rows a second of each stage, peak memory, and the ratio of the warehouse stage (dbt build of one week
with its tests, in a warm process) to the scripts of ``floor/`` over the same landing files, run in turn, medians.
Ratios are the result; seconds depend on the machine.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from pathlib import Path

import duckdb
from rich.console import Console
from rich.table import Table

from benchmarks import history, stream, texts
from benchmarks.generate import write_sources
from benchmarks.measure import compare, forget_peak, landed_rows, peak_gb, run_floor
from ingestion.registry import SOURCES
from ingestion.run import land
from ingestion.settings import Settings
from orchestration.dbt_runner import Warehouse

WEEK = "2026-W46"
LIMIT = 4.0  # the warehouse stage may take at most this many times the floor
MEMORY_LIMIT_GB = 6.0


def floor(home: Path) -> float:
    """Run the floor in this process and give its seconds."""
    with duckdb.connect() as connection:
        started = time.perf_counter()
        run_floor(connection, home)
        return time.perf_counter() - started


def warehouse_stage(settings: Settings, runs: int) -> tuple[list[float], list[float], float]:
    """Build the week and the floor in turn, the first build (cold) left out.

    Returns:
        Seconds of the builds, seconds of the floors, and the peak memory of the builds in GB.
    """
    warehouse = Warehouse(settings)
    builds: list[float] = []
    floors: list[float] = []
    peak = 0.0
    for run in range(runs + 1):
        forget_peak()
        started = time.perf_counter()
        results = warehouse.build(WEEK)
        seconds = time.perf_counter() - started
        peak = max(peak, peak_gb())
        if failed := [str(result.node.name) for result in results if result.status not in ("success", "pass")]:
            raise SystemExit(f"benchmark: dbt failed: {', '.join(failed)}")
        floor_seconds = floor(settings.home)
        if run:
            builds.append(seconds)
            floors.append(floor_seconds)
    return builds, floors, peak


def main() -> None:
    """Generate, land, build, compare, and print the table."""
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("--factor", type=float, default=250, help="size of the week: 1 is about 6,000 appeals")
    parser.add_argument("--offices", type=int, default=2200)
    parser.add_argument("--regions", type=int, default=89)
    parser.add_argument("--runs", type=int, default=5, help="pairs of builds and floors")
    arguments = parser.parse_args()
    console = Console()
    with tempfile.TemporaryDirectory(prefix="cx-bench-") as folder:
        home = Path(folder)
        table = Table("Stage", "Rows", "Seconds", "Rows a second", "Peak, GB", title="National week")
        peaks: list[float] = []

        def row(stage: str, rows: int, seconds: float, peak: float | None = None) -> None:
            memory = "" if peak is None else f"{peak:.1f}"
            table.add_row(stage, f"{rows:,}", f"{seconds:.1f}", f"{rows / max(seconds, 1e-9):,.0f}", memory)
            console.print(f"{stage}: {rows:,} rows, {seconds:.1f} s")
            peaks.append(peak or 0.0)

        sizes = {"factor": arguments.factor, "offices": arguments.offices, "regions": arguments.regions}
        written = write_sources(home / "demo", WEEK, WEEK, **sizes)
        console.print(f"Sources of the week: {written:.0f} s, not the product's work")
        settings = Settings(home=home)
        for source in SOURCES:
            forget_peak()
            started = time.perf_counter()
            land(source, WEEK, settings)
            row(f"land {source}", landed_rows(home, source), time.perf_counter() - started, peak_gb())
        rows = sum(landed_rows(home, source) for source in SOURCES)
        builds, floors, peak = warehouse_stage(settings, arguments.runs)
        row("warehouse (dbt build with tests)", rows, statistics.median(builds), peak)
        row("floor (hand-written script)", rows, statistics.median(floors))
        ratio = statistics.median(build / base for build, base in zip(builds, floors, strict=True))
        found = compare(home)
        console.print(table)
        for what, seconds in (("builds", builds), ("floors", floors)):
            console.print(f"{what}, s: {', '.join(f'{value:.2f}' for value in seconds)}")
        console.print(f"Warehouse to floor: {ratio:.2f} (limit {LIMIT})")
        console.print(f"Peak memory: {max(peaks):.2f} GB (limit {MEMORY_LIMIT_GB})")
        console.print(found.line())
        late = history.measure(home / "history", console, arguments.runs)
        is_flat = stream.measure(home / "stream", console, min(arguments.runs, 3))
        is_quick = texts.measure(console)
        if (
            not is_quick
            or not is_flat
            or found.is_different
            or ratio > LIMIT
            or max(peaks) > MEMORY_LIMIT_GB
            or late > history.LIMIT
        ):
            raise SystemExit("benchmark: over the limit")


if __name__ == "__main__":
    main()
