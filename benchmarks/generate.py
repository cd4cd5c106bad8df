"""Sources for a benchmark, written by a process of their own, whose memory is not the product's."""

from __future__ import annotations

import subprocess
import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_SCRIPT = (
    "import sys; from pathlib import Path; from ingestion.demo import write_region; "
    "write_region(Path(sys.argv[1]), first_week=sys.argv[2], last_week=sys.argv[3], factor=float(sys.argv[4]), "
    "offices=int(sys.argv[5]), regions=int(sys.argv[6]), with_truth=False, faults=False)"
)


def write_sources(
    folder: Path, first_week: str, last_week: str, *, factor: float, offices: int = 12, regions: int = 1
) -> float:
    """Write the sources of some weeks of an invented country.

    Args:
        folder: where they are written.
        first_week: ISO week.
        last_week: ISO week.
        factor: size of a week; 1 is about 6,000 appeals.
        offices: number of centres.
        regions: number of regions, among which the centres are divided.

    Returns:
        Seconds that it took.
    """
    started = time.perf_counter()
    sizes = [first_week, last_week, str(factor), str(offices), str(regions)]
    subprocess.run([sys.executable, "-c", _SCRIPT, str(folder), *sizes], check=True)
    return time.perf_counter() - started
