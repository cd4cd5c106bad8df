"""Two weeks of the warehouse on one engine, in a process of their own: a JVM lives as long as the process it serves.

``python -m tests.e2e.engine_weeks <home> <target>`` leaves in the home ``<step>.parquet``, the metric values after
each step, ``<table>.parquet`` for each of the tables that hold working time and each report, and ``report.json``.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import polars as pl
import psutil

from ingestion.registry import SOURCES
from ingestion.run import land
from ingestion.settings import Settings
from orchestration.dbt_runner import Warehouse
from release.trace import DIMENSIONS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dbt.artifacts.schemas.run import RunResult

ROOT = Path(__file__).resolve().parents[2]
WEEKS = ("2026-W44", "2026-W45", "2026-W46")
STEPS = ("built", "again", "emptied")
WORKING_TIME = {  # table: its key and the columns that follow from working time
    "marts.fct_interactions": "interaction_id, first_reply_working_minutes, solved_working_minutes, is_out_of_hours",
    "intermediate.int_working_time": "office_id, starts_at, ends_at, working_minutes, minutes_before",
    "intermediate.int_conversation_reopenings": "event_id, next_reply_at, next_reply_working_minutes",
}
REPORTS = {  # table: what names a row of it
    "answer_distribution": ("week", "region", "question", "office_id", "touchpoint", "channel", "answer_position"),
    "contact_load": ("week", "region", "office_id", "channel", "local_day", "local_hour"),
    "coverage_matrix": ("week", "region", "journey", "stage", "touchpoint", "metric"),
    "definition_reconciliation": ("week", "region", "office_id", "rule"),
    "feedback_links": ("week", "region", "office_id", "source", "link_method", "unlinked_reason"),
    "kpi_status": ("week", "region", "kpi_set", "kpi"),
    "metric_changes": ("week", "region", "metric", *DIMENSIONS),
    "reason_weights": ("week", "region", "reason"),
    "record_balance": ("week", "region", "office_id", "source", "entity", "record_class", "exclusion_reason"),
    "source_status": ("week", "source", "office_id", "entity"),
}


def settings_of(home: Path) -> Settings:
    return Settings(home=home, region=ROOT / "methodology/regions/demo.yml", pseudonym_key="test")  # type: ignore[arg-type]


def land_weeks(home: Path, sources: Iterable[str] = SOURCES, weeks: Iterable[str] = WEEKS) -> None:
    for week in weeks:
        for source in sources:
            land(source, week, settings_of(home))


def metric_values(home: Path, target: str) -> pl.DataFrame:
    return queried(home, target, "select * from metrics.metric_values")


def queried(home: Path, target: str, query: str) -> pl.DataFrame:
    if target == "duckdb":
        with duckdb.connect(str(home / "warehouse" / "cx.duckdb"), read_only=True) as connection:
            return connection.execute(query).pl()
    from pyspark.sql import SparkSession

    return pl.DataFrame(SparkSession.builder.getOrCreate().sql(query).toArrow())


def build(home: Path, target: str) -> list[RunResult]:
    """Build two weeks; remake the later one from the same files, then from files with an empty survey."""
    _, earlier, later = WEEKS
    facts_and_metrics = ["--select", "tag:by_run"]
    warehouse = Warehouse(settings_of(home), target)

    results = [*warehouse.build(earlier), *warehouse.build(later)]
    metric_values(home, target).write_parquet(home / "built.parquet")
    for table, columns in WORKING_TIME.items():
        queried(home, target, f"select {columns} from {table}").write_parquet(home / f"{table}.parquet")

    for table in REPORTS:
        queried(home, target, f"select * from reports.{table}").write_parquet(home / f"{table}.parquet")

    results += warehouse.invoke("test", later, arguments=["--select", "test_type:unit"])
    results += warehouse.invoke("run", later, arguments=facts_and_metrics)
    metric_values(home, target).write_parquet(home / "again.parquet")

    (home / "demo" / "survey" / f"{later}.csv").unlink()
    land_weeks(home, ["survey"], [later])
    results += warehouse.invoke("run", later, arguments=facts_and_metrics)
    metric_values(home, target).write_parquet(home / "emptied.parquet")
    return results


def listening() -> list[str]:
    """Addresses on which this process and its JVM wait for connections."""
    own = psutil.Process()
    sockets = [socket for process in (own, *own.children(recursive=True)) for socket in process.net_connections("inet")]
    return sorted({socket.laddr.ip for socket in sockets if socket.status == psutil.CONN_LISTEN})


def main(home: Path, target: str) -> None:
    results = build(home, target)
    report = {
        "listening": listening(),
        "passed": [result.node.resource_type for result in results if result.status in ("success", "pass")],
        "failed": {result.node.name: result.message for result in results if result.status not in ("success", "pass")},
    }
    (home / "report.json").write_text(json.dumps(report, ensure_ascii=False), encoding="utf-8")
    if target == "spark":
        from pyspark.sql import SparkSession

        SparkSession.builder.getOrCreate().stop()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
