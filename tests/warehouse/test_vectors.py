"""The vectors of the metrics that are about values, intervals and statuses, by their names; others are dbt unit tests.

Each gives the parts of a cell, as the sums of the warehouse give them, to the compiled models of estimates and values.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

if TYPE_CHECKING:
    from orchestration.dbt_runner import Warehouse

WEEK = "2026-W46"
TEXTS = "metric, region, office_id, journey, stage, touchpoint, channel, client_group, segment, kind, definition_id, definition_version"
PARTS = "numerator, squares, denominator, n, quantile_value, quantile_low, quantile_high"


@dataclass(frozen=True)
class Cell:
    """Parts of a cell; ``squares`` is the sum of squared contributions."""

    kind: str
    numerator: float
    denominator: float | None
    squares: float = 0.0
    is_survey: bool = False
    is_source_missing: bool = False

    @property
    def n(self) -> float:
        return self.numerator if self.kind == "count" else self.denominator or 0.0


def net(good: int, bad: int, n: int) -> Cell:
    return Cell("net", good - bad, n, good + bad, is_survey=True)


def share(numerator: int, n: int) -> Cell:
    return Cell("share", numerator, n, numerator)


def mean(*values: float) -> Cell:
    return Cell("mean", sum(values), len(values), sum(value * value for value in values))


def labels(*counts: int) -> Cell:
    """The 0–100 index of answers, worst label first."""
    points = [100 * place / (len(counts) - 1) for place in range(len(counts))]
    return Cell(
        "mean",
        sum(point * count for point, count in zip(points, counts, strict=True)),
        sum(counts),
        sum(point * point * count for point, count in zip(points, counts, strict=True)),
    )


@pytest.fixture(scope="module")
def sql(empty_warehouse: Warehouse) -> dict[str, str]:
    results = empty_warehouse.invoke("compile", WEEK, arguments=["--select", "metric_estimates", "metric_values"])
    return {str(result.node.name): str(result.node.compiled_code) for result in results}


def published(sql: dict[str, str], cell: Cell) -> dict[str, Any]:
    """The row of ``metric_values`` that a cell becomes."""
    with duckdb.connect() as connection:
        connection.execute("attach ':memory:' as cx; create schema cx.metrics; create schema cx.staging")
        texts, parts = (
            f" {kind}, ".join(names.split(", ")) + f" {kind}" for names, kind in ((TEXTS, "varchar"), (PARTS, "double"))
        )
        connection.execute(
            f"create table cx.metrics.metric_cells ({texts}, {parts}, week varchar, maturity_weeks int, "
            "is_survey boolean, is_source_missing boolean)"
        )
        connection.execute(
            "insert into cx.metrics.metric_cells by name select 'v' as metric, 'r' as region, $1 as kind, "
            f"$2 as numerator, $3 as squares, $4 as denominator, $5 as n, '{WEEK}' as week, 1 as maturity_weeks, "
            "$6 as is_survey, $7 as is_source_missing",
            [cell.kind, cell.numerator, cell.squares, cell.denominator, cell.n, cell.is_survey, cell.is_source_missing],
        )
        connection.execute(
            f"create table cx.staging.stg_reference__weeks as "
            f"select '{WEEK}' as reference_week, 46 as week_number, '{WEEK}' as week"
        )
        connection.execute(f"create table cx.metrics.metric_hidden_cells ({texts}, week varchar)")
        connection.execute(f"create view cx.metrics.metric_estimates as {sql['metric_estimates']}")
        return connection.execute(sql["metric_values"]).pl().row(0, named=True)


@pytest.mark.parametrize(
    ("cell", "value", "digits"),
    [
        pytest.param(mean(100, 9.91, 63.96, 90.99, 0), 52.97, 2, id="V5 quality of a unit: the mean of its reviews"),
        pytest.param(net(70, 20, 100), 50, 9, id="V6 effort, five labels"),
        pytest.param(net(30, 15, 100), 15, 9, id="V6 effort, literal"),
        pytest.param(net(460, 430, 1000), 3, 9, id="V7 effort, seven points"),
        pytest.param(share(460, 1000), 46, 9, id="V7 effort, easy share"),
        pytest.param(net(60, 40, 100), 20, 9, id="V8 effort, two points"),
        pytest.param(share(60, 80), 75, 9, id="V10 resolution, cohort"),
        pytest.param(Cell("ratio", 92, 80), 115, 9, id="V10 resolution, flow"),
        pytest.param(share(60, 100), 60, 9, id="V11 first contact, gross"),
        pytest.param(share(60, 80), 75, 9, id="V11 first contact, net"),
        pytest.param(share(55, 80), 68.75, 9, id="V12 first contact, net, with an overlap"),
        pytest.param(net(6, 2, 10), 40, 9, id="V21 recommendation: who skipped it is not in the base"),
        pytest.param(labels(23, 46, 153, 419, 528), 79.6, 1, id="V24 index of five labels"),
        pytest.param(labels(67, 73, 205, 1276, 4434), 91.0, 1, id="V25 index of five labels"),
        pytest.param(share(11, 50), 22, 9, id="V29 hand-overs, wide"),
        pytest.param(share(7, 50), 14, 9, id="V29 hand-overs, up"),
        pytest.param(share(5, 50), 10, 9, id="V29 hand-overs, aside"),
        pytest.param(Cell("count", 5, None), 5, 9, id="V30 mentions"),
    ],
)
def test_value_is_that_of_the_vector(sql: dict[str, str], cell: Cell, value: float, digits: int) -> None:
    assert round(published(sql, cell)["value"], digits) == value


@pytest.mark.parametrize(
    ("cell", "low", "high"),
    [
        pytest.param(net(18, 6, 30), 36.4 - 27.3, 36.4 + 27.3, id="V18 recommendation"),
        pytest.param(net(180, 60, 300), 39.6 - 9.0, 39.6 + 9.0, id="V19 recommendation, large"),
        pytest.param(net(5, 3, 10), 15.4 - 45.7, 15.4 + 45.7, id="V20 recommendation, small"),
        pytest.param(share(9, 10), 59.6, 98.2, id="V23 nine of ten"),
        pytest.param(share(80, 100), 71.1, 86.7, id="V23 eighty of a hundred"),
        pytest.param(share(0, 5), 0, 43.4, id="V23 none of five"),
    ],
)
def test_interval_is_that_of_the_vector(sql: dict[str, str], cell: Cell, low: float, high: float) -> None:
    row = published(sql, cell)
    # the vectors are printed to one decimal, centre and half-width apart
    assert row["ci_low"] == pytest.approx(low, abs=0.1001)
    assert row["ci_high"] == pytest.approx(high, abs=0.1001)


@pytest.mark.parametrize(
    ("cell", "status", "value"),
    [
        pytest.param(net(0, 0, 0), "no_data", None, id="V9 no answers are null, not 0"),
        pytest.param(net(5, 3, 10), "weak", 20, id="V20 few answers are weak"),
        pytest.param(
            Cell("count", 8, None, is_source_missing=True), "no_source", None, id="V31 a source failed: null, 8 aside"
        ),
    ],
)
def test_status_is_that_of_the_vector(sql: dict[str, str], cell: Cell, status: str, value: float | None) -> None:
    row = published(sql, cell)
    assert (row["status"], row["value"]) == (status, value)
    assert row["numerator"] == cell.numerator
