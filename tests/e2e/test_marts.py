"""The marts that explain the others, over the demo region, each against the same told in another way."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb
import polars as pl
import pytest

from ingestion.methodology.check import check_methodology
from ingestion.methodology.journeys import metric_plan
from orchestration.dbt_runner import METHODOLOGY

if TYPE_CHECKING:
    from tests.e2e.conftest import DemoRun

WEEKS = 12
WIDE = ["office_id", "journey", "channel", "client_group"]  # dimensions over which a touchpoint's cell is


@pytest.fixture(scope="module")
def read(demo_run: DemoRun):
    """A function from a query to rows of the published copy."""
    with duckdb.connect(str(demo_run.home / "published" / "cx.duckdb"), read_only=True) as connection:
        yield lambda sql: connection.execute(sql).pl()


@pytest.fixture(scope="module")
def truth(demo_run: DemoRun) -> pl.DataFrame:
    """Planted cells: touchpoints of the region, whatever the journey."""
    cells = pl.read_parquet(demo_run.home / "demo" / "truth" / "metric_values.parquet")
    return cells.filter(pl.all_horizontal(pl.col(WIDE).is_null()) & pl.col("touchpoint").is_not_null())


def test_coverage_is_the_plan_of_the_maps_over_the_planted_cells(read, truth: pl.DataFrame) -> None:
    checked = check_methodology(METHODOLOGY, "demo")
    planned = [place for journey in checked.journeys.values() for place in metric_plan(journey)]
    cells = {(row["week"], row["touchpoint"], row["metric"]): row for row in truth.iter_rows(named=True)}
    found = read("select * from coverage_matrix")
    rows = found.filter("is_planned")
    keys = ["week", "journey", "stage", "touchpoint", "metric"]
    assert sorted(rows.select(keys).rows()) == sorted((week, *place) for week in weeks(found) for place in planned)
    for row in rows.iter_rows(named=True):
        cell = cells.get((row["week"], row["touchpoint"], row["metric"]))
        assert row["coverage"] == judged(cell), row
        assert (row["n"], row["status"]) == ((cell["n"], cell["status"]) if cell else (None, None)), row
    asked = {(place.touchpoint, place.metric) for place in planned}
    leads = {code for code, metric in checked.metrics.items() if metric.is_lead}
    missed = {
        key
        for key, cell in cells.items()
        if key[2] in leads and key[1:] not in asked and judged(cell) in ("measured", "weak", "hidden")
    }
    unplanned = found.filter(~pl.col("is_planned"))
    assert set(unplanned.select("week", "touchpoint", "metric").rows()) == missed
    assert set(unplanned["coverage"]) == {"unplanned"}
    assert set(found["coverage"]) == {
        *("measured", "weak", "hidden", "no_data", "no_source", "not_by_touchpoint", "unplanned")
    }


def weeks(frame: pl.DataFrame) -> list[str]:
    found = frame["week"].unique().to_list()
    assert len(found) == WEEKS
    return found


def judged(cell: dict | None) -> str:
    """What a methodologist would say of a planned cell."""
    if cell is None:
        return "not_by_touchpoint"
    if cell["status"] in ("no_source", "hidden"):
        return cell["status"]
    if not cell["n"]:
        return "no_data"
    return "weak" if cell["status"] == "weak" else "measured"
