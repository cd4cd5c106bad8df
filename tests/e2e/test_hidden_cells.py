"""Nobody finds a hidden cell of the demo region by subtraction over what is published."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb
import polars as pl
import pytest

from ingestion.demo import codes
from release.trace import DIMENSIONS
from tests.release.subtraction import found_by_subtraction

if TYPE_CHECKING:
    from tests.e2e.conftest import DemoRun

KEYS = ["week", "region", "metric", *DIMENSIONS]
FEW = 10
STAGES = {
    (journey, touchpoint): stage
    for journey, stages in codes.STAGES.items()
    for stage, touchpoints in stages.items()
    for touchpoint in touchpoints
}


@pytest.fixture(scope="module")
def published(demo_run: DemoRun) -> pl.DataFrame:
    with duckdb.connect(str(demo_run.home / "published" / "cx.duckdb"), read_only=True) as connection:
        return connection.execute(
            "select v.* from metric_values as v join dim_metric as m using (metric) where is_survey"
        ).pl()


@pytest.fixture(scope="module")
def counts(demo_run: DemoRun) -> pl.DataFrame:
    """What is behind the published cells, which only the warehouse knows."""
    with duckdb.connect(str(demo_run.home / "warehouse" / "cx.duckdb"), read_only=True) as connection:
        return connection.execute(f"select {', '.join(KEYS)}, n as answers from metrics.metric_estimates").pl()


def test_no_hidden_cell_is_found_when_all_cuts_are_subtracted(published: pl.DataFrame) -> None:
    assert published["metric"].n_unique() > 10
    assert found_by_subtraction(published, STAGES) == {}


def test_hidden_cells_are_found_when_only_small_ones_are_hidden(published: pl.DataFrame, counts: pl.DataFrame) -> None:
    behind = published.join(counts, on=KEYS, nulls_equal=True)
    assert behind.height == published.height
    few = pl.col("answers").is_between(1, FEW - 1)
    primary = behind.with_columns(n=pl.when(~few).then("answers"))
    found = found_by_subtraction(primary, STAGES)
    assert {metric for _, _, metric in found} >= {"ces", "nps", "expectation_met", "satisfaction_met"}
    assert {week for week, _, _ in found} >= {"2026-W44", "2026-W46"}


def test_all_metrics_of_a_question_are_hidden_together(published: pl.DataFrame) -> None:
    question = pl.col("definition_id").str.split(".").list.first()
    cells = published.with_columns(question).group_by("definition_id", "week", "region", *DIMENSIONS)
    assert cells.agg(pl.col("n").is_null().n_unique()).filter(pl.col("n") > 1).is_empty()


def test_no_number_of_few_answers_is_published_whatever_the_status(published: pl.DataFrame) -> None:
    """A week without its source keeps its partial sums, and hides those of few answers too."""
    assert published.filter(pl.col("n").is_between(1, FEW - 1)).is_empty()
    nothing = published.filter(pl.col("n").is_null())
    assert set(nothing["status"]) == {"hidden", "no_source"}
    parts = ["value", "numerator", "denominator", "ci_low", "ci_high"]
    assert nothing.filter(pl.any_horizontal(pl.col(parts).is_not_null())).is_empty()
