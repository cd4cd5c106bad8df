"""What the benchmark reads off: rows landed, peak memory, differences from the floor."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

FLOOR = Path(__file__).with_name("floor")
_PROCESS = Path("/proc/self")  # Linux: the largest resident size since it was last forgotten
_KEYS = (
    "week",
    "metric",
    "region",
    "office_id",
    "journey",
    "stage",
    "touchpoint",
    "channel",
    "client_group",
    "segment",
)

# what is compared of a cell; it may differ by the order of additions only, which a root of a difference makes larger
TOLERANCES = {"value": 1e-9, "centre": 1e-9, "standard_error": 1e-6}


@dataclass(frozen=True)
class Comparison:
    """How the warehouse and the floor agree.

    Args:
        registry: how many metrics the registry has.
        metrics: those of it that both hold.
        only_warehouse: those that the floor does not have.
        only_floor: those that the warehouse does not have.
        without_records: those of the registry for which the week holds nothing to count, in neither.
        cells: how many cells were compared.
        different: in how many of them anything differs, those that one side lacks among them.
    """

    registry: int
    metrics: list[str]
    only_warehouse: list[str]
    only_floor: list[str]
    without_records: list[str]
    cells: int
    different: int

    @property
    def is_different(self) -> bool:
        """Whether anything differs."""
        return bool(self.different or self.only_warehouse or self.only_floor)

    def line(self) -> str:
        """What was compared, and what differs."""
        return (
            f"Values that differ between warehouse and floor: {self.different} of {self.cells}; "
            f"metrics compared: {len(self.metrics)} of {self.registry}; "
            f"only in the warehouse: {', '.join(self.only_warehouse) or 'none'}; "
            f"only in the floor: {', '.join(self.only_floor) or 'none'}; "
            f"without records: {', '.join(self.without_records) or 'none'}"
        )


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


def run_floor(connection: duckdb.DuckDBPyConnection, home: Path) -> None:
    """Run the scripts of the floor in their order; the last leaves the table ``value``."""
    connection.execute("set variable landing = ?", [str(home / "landing")])
    for script in sorted(FLOOR.glob("*.sql")):
        connection.execute(script.read_text(encoding="utf-8"))


def compare(home: Path) -> Comparison:
    """Compare every cell that holds a counted record, in the warehouse or in the floor."""
    with duckdb.connect() as connection:
        run_floor(connection, home)
        connection.execute(f"attach '{home / 'warehouse' / 'cx.duckdb'}' as built (read_only)")
        connection.execute("create temp view estimate as select * from built.metrics.metric_estimates where n > 0")

        def metrics_of(query: str) -> set[str]:
            return {str(metric) for (metric,) in connection.execute(query).fetchall()}

        registry = metrics_of("select metric from landed('reference/metrics')")
        warehouse = metrics_of("select distinct metric from estimate")
        floor = metrics_of("select distinct metric from value")
        cells, different = _cells_that_differ(connection)
        return Comparison(
            registry=len(registry),
            metrics=sorted(warehouse & floor & registry),
            only_warehouse=sorted(warehouse - floor),
            only_floor=sorted(floor - warehouse),
            without_records=sorted(registry - warehouse - floor),
            cells=cells,
            different=different,
        )


def _cells_that_differ(connection: duckdb.DuckDBPyConnection) -> tuple[int, int]:
    """Count the cells that either side holds, and those in which they do not agree."""
    same = " and ".join(f"value.{key} is not distinct from estimate.{key}" for key in _KEYS)
    differs = " or ".join(
        f"(value.{part} is null) <> (estimate.{part} is null) or abs(value.{part} - estimate.{part}) > {tolerance}"
        for part, tolerance in TOLERANCES.items()
    )
    found = connection.execute(
        f"""
        select count(*), count(*) filter (where value.metric is null or estimate.metric is null or {differs})
        from value full join estimate on {same}
        """
    ).fetchone()
    assert found is not None
    return int(found[0]), int(found[1])
