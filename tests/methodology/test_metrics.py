"""The registry of metrics: which metrics an aspect has, and what is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ingestion.methodology.check import check_methodology
from tests.methodology.edited import METHODOLOGY, said_about

if TYPE_CHECKING:
    from pathlib import Path

PARTS = ("met", "above", "below", "index")


def test_aspects_that_a_region_asks_about_have_metrics_and_others_have_none() -> None:
    base, demo = check_methodology(METHODOLOGY).metrics, check_methodology(METHODOLOGY, "demo").metrics
    assert [code for code, metric in base.items() if metric.aspect] == []
    assert list(base) == [code for code, metric in demo.items() if not metric.aspect]
    asked = ("expectation_information", "expectation_premises", "satisfaction_specialist")
    assert [code for code, metric in demo.items() if metric.aspect] == [f"{q}_{part}" for q in asked for part in PARTS]


def test_an_aspect_is_a_question_of_its_own_with_its_name_and_no_lead_metric() -> None:
    metrics = check_methodology(METHODOLOGY, "demo").metrics
    whole, found = metrics["expectation_met"], metrics["expectation_premises_met"]
    assert (found.definition_id, found.question, found.aspect) == (
        "expectation_premises.met",
        "expectation_premises",
        "premises",
    )
    assert found.name == "Ожидания (помещение и его расположение): не хуже ожиданий"
    assert (whole.clause, found.clause) == ("Приложение 4, таблица 2", "Приложение 4, таблица 2.1")
    assert (whole.is_lead, found.is_lead) == (True, False)
    same = ("kind", "unit", "better", "decimals", "sources", "is_survey", "maturity_weeks", "definition_version")
    assert [getattr(found, field) for field in same] == [getattr(whole, field) for field in same]


def test_kpi_may_name_a_metric_of_an_aspect_that_is_asked_about(tmp_path: Path) -> None:
    assert said_about(tmp_path, "kpis.yml", "[expectation_met]", "[⚑expectation_premises_met]") == []
    (said,) = said_about(tmp_path / "other", "kpis.yml", "[expectation_met]", "[⚑expectation_procedure_met]")
    assert "кода «expectation_procedure_met» нет в списке metrics" in said


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        pytest.param(
            'name: "Ожидания ({aspect}): не хуже ожиданий"',
            '⚑name: "Ожидания: не хуже ожиданий"',
            "by_aspect.name»: в названии нет {aspect}",
            id="name without the aspect",
        ),
        pytest.param(
            "definition_id: expectation.met\n",
            "definition_id: expected.met\n⚑",
            "код показателя по аспектам начинается с его вопроса: expected_…",
            id="code of another question",
        ),
    ],
)
def test_metrics_are_refused_when_they_are_wrong(tmp_path: Path, old: str, new: str, said: str) -> None:
    found = said_about(tmp_path, "metrics.yml", old, new)
    assert any(said in row for row in found), found
