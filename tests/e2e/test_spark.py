"""The same dbt project on Spark gives the values that DuckDB gives."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import duckdb

if TYPE_CHECKING:
    from pathlib import Path

    from ingestion.settings import Settings

KEYS = ["week", "metric", "region", "office_id", "journey", "touchpoint", "channel", "client_group"]
COUNTS_AND_SUMS = 1e-9
MEDIANS = 1e-6  # engines may interpolate in another order

# Spark lives in a process of its own: its JVM and its session would outlast the test
BUILD = """
import sys
from pathlib import Path
from orchestration.dbt_runner import Warehouse

home, zone, first_week, last_week = sys.argv[1:]
results = Warehouse(home=Path(home), time_zone=zone, target="spark").build(last_week, from_week=first_week)
failed = [f"{r.node.name}: {r.message}" for r in results if r.status not in ("success", "pass")]
sys.exit("\\n".join(failed))
"""


def test_spark_gives_the_values_of_duckdb(released_home: Settings, tmp_path: Path) -> None:
    home = released_home.home
    ran = subprocess.run(
        [sys.executable, "-c", BUILD, str(home.resolve()), "Asia/Yakutsk", "2026-W35", "2026-W46"],
        capture_output=True,
        text=True,
        cwd=tmp_path.parent,
        timeout=900,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr[-4000:]
    with duckdb.connect(str(home / "warehouse" / "cx.duckdb"), read_only=True) as connection:
        files = str(home / "spark" / "warehouse" / "metrics.db" / "metric_estimates" / "*" / "*.parquet")
        same = " and ".join(f"d.{key} is not distinct from s.{key}" for key in KEYS)
        parts = " or ".join(
            f"abs(coalesce(d.{column}, -1e18) - coalesce(s.{column}, -1e18)) > {tolerance}"
            for column, tolerance in [
                ("numerator", COUNTS_AND_SUMS),
                ("denominator", COUNTS_AND_SUMS),
                ("n", COUNTS_AND_SUMS),
                ("value", MEDIANS),
                ("centre", MEDIANS),
                ("standard_error", MEDIANS),
            ]
        )
        connection.execute(
            f"create temp view s as select * from read_parquet('{files}', hive_partitioning = true, "
            "hive_types = {'week': varchar})"
        )
        both = f"from metrics.metric_estimates as d full join s on {same}"
        compared = connection.execute(f"select count(*) {both}").fetchone()
        different = connection.execute(
            f"select d.week, d.metric, d.value, s.value {both} where d.metric is null or s.metric is null "
            f"or d.status <> s.status or {parts} limit 10"
        ).fetchall()
    assert compared is not None
    assert compared[0] > 10_000  # twelve weeks of cells were really compared
    assert different == []
