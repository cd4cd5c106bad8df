"""The SQL that hides cells, on many invented regions at once: it hides what plain loops hide."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import duckdb
import polars as pl

from ingestion.demo.truth import DIMENSIONS
from ingestion.demo.truth_hidden import hidden_cells
from tests.release.regions import region, small

if TYPE_CHECKING:
    from orchestration.dbt_runner import Warehouse

REGIONS = 400
WEEK = "2026-W46"
MODELS = ("survey_cells", "survey_cells_after_lines", "survey_cells_after_tables", "metric_hidden_cells")


def test_sql_hides_what_loops_hide_when_regions_are_small(empty_warehouse: Warehouse) -> None:
    counts = {f"r{seed}": region(seed) for seed in range(REGIONS)}
    rows = [(WEEK, "nps", name, *cell, n) for name, cells in counts.items() for cell, n in cells.items()]
    names = ["week", "metric", "region", *DIMENSIONS, "denominator"]
    sums = pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String) | {"denominator": pl.Float64}, orient="row")
    compiled = empty_warehouse.manifest_path.parent / "compiled/cx_warehouse/models/metrics"
    with duckdb.connect() as connection:
        connection.execute("create schema marts; create schema metrics")
        connection.execute(
            "create table marts.dim_metric as select 'nps' as metric, 'nps.x' as definition_id, true as is_survey"
        )
        connection.register("sums", sums)
        connection.execute("create table metrics.metric_sums as select * from sums")
        for model in MODELS:
            sql = (compiled / f"{model}.sql").read_text(encoding="utf-8").replace('"cx".', "")
            connection.execute(f"create table metrics.{model} as {sql}")
        found = connection.execute(f"select * from metrics.{MODELS[-1]}").fetchall()
    hidden = defaultdict(set)
    for _, _, name, *cell in found:
        hidden[name].add(tuple(cell))
    for name, cells in counts.items():
        assert hidden[name] == hidden_cells(cells, small(cells)), name
    assert sum(len(hidden[name]) - len(small(cells)) for name, cells in counts.items()) > REGIONS
