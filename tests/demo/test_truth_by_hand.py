"""The truth of evaluations, answers and cells on vectors counted by hand."""

from __future__ import annotations

import math
from typing import Any

import polars as pl
import pytest

from ingestion.demo import codes
from ingestion.demo.geography import plan_offices
from ingestion.demo.shape import Shape
from ingestion.demo.truth import of_evaluations
from ingestion.demo.truth_cells import cells
from ingestion.demo.truth_metrics import METRICS
from ingestion.demo.truth_survey import of_survey

SHAPE = Shape(("2026-W46",), 1, 12, 1, 1, faults=False)
OFFICES = plan_offices(SHAPE)
ZERO, HALF, ONE, NOTHING = range(4)  # places of the scores in the workbook


def region_cell(contributions: list[pl.DataFrame], metric: str) -> dict[str, Any]:
    found = cells(SHAPE, OFFICES, contributions)
    dimensions = ("office_id", "journey", "stage", "touchpoint", "channel", "client_group", "segment")
    return found.filter(pl.col("metric") == metric, *(pl.col(name).is_null() for name in dimensions)).row(0, named=True)


def evaluations(*scores: tuple[int, int, int, int]) -> pl.DataFrame:
    """Weights 0.2, 0.3, 0.4 (critical) and 0.1."""
    return pl.DataFrame(
        [(0, SHAPE.start, 0, *row) for row in scores],
        schema=dict.fromkeys(("office", "reviewed", "touchpoint", *(f"score_{part}" for part in range(4))), pl.Int64),
        orient="row",
    )


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        ((ONE, ONE, ONE, ONE), 100),
        ((ONE, ONE, ONE, ZERO), 90),
        ((ONE, ONE, HALF, ONE), 80),  # half is no failure
        ((ONE, ONE, ZERO, ONE), 0),  # a critical failure
        ((ONE, ZERO, ONE, NOTHING), 100 * 0.6 / 0.9),
        ((ONE, ONE, NOTHING, ONE), 100),
        ((NOTHING, NOTHING, NOTHING, NOTHING), None),
    ],
)
def test_evaluation_is_the_weighted_share_of_what_was_rated(
    scores: tuple[int, int, int, int], expected: float | None
) -> None:
    found = of_evaluations(SHAPE, OFFICES, evaluations(scores)).row(0, named=True)
    if expected is None:
        assert found["reason"] == "nothing_rated"
    else:
        assert (found["reason"], found["numerator"]) == (None, pytest.approx(expected))


def test_mean_has_an_interval_when_it_has_two_records_and_none_when_it_has_one() -> None:
    two = region_cell([of_evaluations(SHAPE, OFFICES, evaluations((2, 2, 2, 2), (2, 2, 0, 2)))], "iqs")
    half = 1.959963984540054 * math.sqrt(5000 / 2)  # the variance of 100 and 0 is 5000
    assert [two["value"], two["ci_low"], two["ci_high"]] == pytest.approx([50, 50 - half, 50 + half])
    one = region_cell([of_evaluations(SHAPE, OFFICES, evaluations((2, 2, 2, 2)))], "iqs")
    assert (one["value"], one["ci_low"], one["ci_high"], one["status"]) == (100, None, None, "weak")


def answers(**columns: list[int | None]) -> pl.DataFrame:
    """Complete responses that follow no contact."""
    size = len(next(iter(columns.values())))
    asked = (*codes.QUESTIONS, "nps")
    blank = pl.Series([None] * size, dtype=pl.Int64)
    texts = ("own_touchpoint", "touchpoint_known", "journey", "channel", "client_group", "segment", "fault")
    return pl.DataFrame(
        {
            "response_id": range(size),
            "id": range(size),
            "office": pl.Series([0] * size, dtype=pl.Int64),
            **dict.fromkeys(("invited", "ended"), blank),
            "submitted": [SHAPE.start] * size,
            "is_linked": [False] * size,
            "comment_kind": [-1] * size,
            "last_page": [2] * size,
            **{name: pl.Series([None] * size, dtype=pl.String) for name in texts},
            **{name: pl.Series(columns.get(name, [None] * size), dtype=pl.Int64) for name in asked},
        }
    )


@pytest.mark.parametrize(
    ("metric", "expected"),
    [
        ("ces", 50),
        ("ces_literal", 15),
        ("ces_easy_share", 70),
        ("ces_mean100", (40 * 100 + 30 * 75 + 10 * 50 + 375) / 100),
    ],
)
def test_effort_has_the_values_of_its_vector_when_five_labels_are_given(metric: str, expected: float) -> None:
    """V6: 40 very easy, 30 easy, 10 hard to say, 15 hard, 5 very hard."""
    labels = [5] * 40 + [4] * 30 + [3] * 10 + [2] * 15 + [1] * 5
    found = region_cell(list(of_survey(SHAPE, OFFICES, answers(ces=labels))), metric)
    assert (found["value"], found["n"]) == (pytest.approx(expected), 100)


@pytest.mark.parametrize(
    ("metric", "expected"),
    [("expectation_met", 60), ("expectation_above", 40), ("expectation_below", 40), ("expectation_index", 50)],
)
def test_met_expectation_is_success_when_labels_are_shared_evenly(metric: str, expected: float) -> None:
    """An answer that is not there leaves the base."""
    found = region_cell(list(of_survey(SHAPE, OFFICES, answers(expectation=[1, 2, 3, 4, 5, None] * 4))), metric)
    assert (found["value"], found["n"]) == (pytest.approx(expected), 20)


def test_an_aspect_has_its_own_values_and_leaves_the_whole_alone() -> None:
    frame = answers(expectation=[3] * 20, expectation_premises=[1] * 15 + [4] * 5, satisfaction_specialist=[5] * 20)
    found = list(of_survey(SHAPE, OFFICES, frame))
    values = {part: region_cell(found, f"expectation_premises_{part}")["value"] for part in ("met", "above", "index")}
    assert values == {"met": 25, "above": 25, "index": pytest.approx(25 * 0.75)}
    assert region_cell(found, "expectation_met")["value"] == 100
    assert region_cell(found, "satisfaction_specialist_below")["value"] == 0
    assert region_cell(found, "satisfaction_met")["status"] == "no_data"


def test_answers_are_hidden_when_they_are_fewer_than_ten() -> None:
    found = region_cell(list(of_survey(SHAPE, OFFICES, answers(resolved=[1, 2, 2] * 3))), "rr_confirmed")
    assert (found["status"], found["value"], found["numerator"], found["n"]) == ("hidden", None, None, None)
    told = region_cell(list(of_survey(SHAPE, OFFICES, answers(resolved=[1, 2, 2, 2] * 3))), "rr_confirmed")
    assert (told["status"], told["value"]) == ("weak", 75)


def test_every_metric_has_its_cells_when_nothing_happened() -> None:
    found = cells(SHAPE, OFFICES, list(of_survey(SHAPE, OFFICES, answers(ces=[5]))))
    assert set(found["metric"]) == set(METRICS)
    counts = [name for name, described in METRICS.items() if described.kind == "count"]
    empty = found.filter(~pl.col("metric").str.contains("ces|link_rate|completion_rate"))
    assert set(empty.filter(~pl.col("metric").is_in(counts))["status"]) == {"no_data"}
    assert set(empty.filter(pl.col("metric").is_in(counts))["value"]) == {0}
