"""What the benchmark reads off: rows landed, peak memory, differences from the floor."""

from __future__ import annotations

from pathlib import Path

import duckdb

_PROCESS = Path("/proc/self")  # Linux: the largest resident size since it was last forgotten

# a shown value may differ from the floor by the order of additions only
TOLERANCE = 1e-9


def landed_rows(home: Path, source: str) -> int:
    """Rows of all landed entities of a source."""
    with duckdb.connect() as connection:
        files = [str(file) for file in (home / "landing" / source).rglob("data.parquet")]
        found = connection.execute("select sum(num_rows) from parquet_file_metadata(?)", [files]).fetchone()
        return int(found[0]) if found else 0


def forget_peak() -> None:
    """Begin to measure the peak of a stage."""
    (_PROCESS / "clear_refs").write_text("5")


def peak_gb() -> float:
    """Largest resident size of this process since :func:`forget_peak`, GB."""
    lines = (_PROCESS / "status").read_text().splitlines()
    kilobytes = next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
    return kilobytes * 1024 / 1e9


def values_differ(home: Path, floor: Path) -> int:
    """Count the cells in which the warehouse and the floor do not hold the same value."""
    with duckdb.connect() as connection:
        connection.execute("set variable landing = ?", [str(home / "landing")])
        connection.execute(floor.read_text(encoding="utf-8"))
        connection.execute(f"attach '{home / 'warehouse' / 'cx.duckdb'}' as built (read_only)")
        keys = ["week", "metric", "region", "office_id", "journey", "touchpoint", "channel", "client_group"]
        same = " and ".join(f"floor.{key} is not distinct from built.{key}" for key in keys)
        found = connection.execute(
            f"""
            with floor as (select * from value where metric <> 'ttfr_unanswered'),
            built as (select * from built.metrics.metric_estimates where n > 0)
            select count(*) from floor full join built on {same}
            where floor.value is null or built.value is null or abs(floor.value - built.value) > {TOLERANCE}
            """
        ).fetchone()
        return int(found[0]) if found else 0
