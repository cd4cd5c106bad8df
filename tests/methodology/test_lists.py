"""Reasons, scorecards, exceptions of the first contact, and open rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import yaml

from ingestion.methodology.check import check_methodology
from tests.methodology.edited import METHODOLOGY, said_about

if TYPE_CHECKING:
    from pathlib import Path

GAPS = 9  # slips and gaps of the source that are known
CARDS = "scorecards.yml"
FIRST = "first_contact_exceptions.yml"


def test_every_gap_of_the_source_is_settled_by_a_rule() -> None:
    rules = check_methodology(METHODOLOGY).open_rules.rules
    assert {rule.gap for rule in rules.values()} == set(range(1, GAPS + 1))


def test_every_reason_of_the_dictionary_is_judged() -> None:
    dictionaries = yaml.safe_load((METHODOLOGY / "dictionaries.yml").read_text(encoding="utf-8"))
    (judged,) = check_methodology(METHODOLOGY).reasons.versions.values()
    assert set(judged.criticality) == set(dictionaries["reasons"])


def test_scorecard_of_the_appendix_gives_its_77_percent() -> None:
    cards = check_methodology(METHODOLOGY, "demo").scorecards
    example = cards.scorecards["appendix_4_1"]
    said = {"Знание услуг": "Хорошо", "Грамотность речи": "Хорошо", "Вежливость": "Плохо"}
    points = [part.weight * cards.scales[part.scale][said[part.name]] for part in example.categories]
    assert f"{sum(points) / sum(part.weight for part in example.categories):.0%}" == "77%"
    assert [part.name for part in example.categories if part.critical] == ["Грамотность речи"]


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        pytest.param(
            "reasons.yml",
            "    criticality:\n      site_stale_or_missing: 3\n",
            "    ⚑criticality:\n",
            "versions.1.criticality»: нет причин site_stale_or_missing; впишите каждую с числом от 1 до 5",
            id="reason left out",
        ),
        pytest.param("reasons.yml", "paperwork: 4", "⚑paperwork: 6", "paperwork»: нужно не больше 5", id="six of five"),
        pytest.param("reasons.yml", "paperwork: 4", "⚑paperwork: 4.5", "paperwork»: нужно целое число", id="half"),
        pytest.param("reasons.yml", "paperwork: 4", "⚑weather: 4", "кода «weather» нет в списке reasons", id="reason"),
        pytest.param(
            "reasons.yml",
            "committee_date: 2026-08-17\n    valid_from",
            "committee_date: 2026-08-25\n    ⚑valid_from",
            "valid_from»: нужна дата не раньше решения комиссии (2026-08-25)",
            id="in force before the committee",
        ),
        pytest.param("reasons.yml", "valid_from: 2026-08-24", "⚑valid_from: 2026-08-25", "нужен понедельник", id="day"),
        pytest.param(CARDS, "weight: 1.5, scale: binary", "weight: 1.5, scale: ⚑ten", "шкалы «ten» нет", id="scale"),
        pytest.param(CARDS, "weight: 1.5", "weight: ⚑0", "weight»: нужно больше 0", id="no weight"),
        pytest.param(CARDS, "{Плохо: 0,", "{⚑Плохо: 0.2,", "scales.binary»: нужны подпись с 0", id="scale without end"),
        pytest.param(CARDS, "name: Вежливость", "name: ⚑Знание услуг", "эта категория уже есть", id="category twice"),
        pytest.param(
            CARDS,
            "  appendix_4_1:\n    scorecard: Пример приложения 4\n    version",
            "  other:\n    scorecard: Пример приложения 4\n    version: '1'\n    clause: Приложение 4\n"
            "    valid_from: 2026-01-01\n    categories: [{name: Речь, weight: 1, scale: binary}]\n"
            "  appendix_4_1:\n    scorecard: Пример приложения 4\n    ⚑version",
            "scorecards.appendix_4_1.version»: версия уже стоит в «other»",
            id="card changed without a version",
        ),
        pytest.param(
            FIRST,
            "fixed_on: 2025-12-22",
            "⚑fixed_on: 2026-01-05",
            "№1.fixed_on»: нужна дата раньше valid_from (2026-01-05): список фиксируют до недели",
            id="fixed in its week",
        ),
        pytest.param(FIRST, "  benefit:", "  ⚑pension:", "кода «pension» нет в списке services", id="service"),
        pytest.param(
            FIRST,
            "  training:",
            "    - {version: '2', reason: Проверка, fixed_on: 2026-01-09, ⚑valid_from: 2026-01-12}\n  training:",
            "services.benefit.№2.valid_from»: срок пересекается с записью №1; оставьте одну",
            id="listed twice at once",
        ),
        pytest.param(
            FIRST,
            "valid_from: 2026-01-05",
            "valid_from: 2026-01-05\n      ⚑valid_to: 2026-01-04",
            "valid_to»: нужна дата не раньше valid_from (2026-01-05)",
            id="ends before it starts",
        ),
        pytest.param(
            "open_rules.yml", "default: wide", "default: ⚑both", "такого варианта нет; можно: wide, up", id="rule"
        ),
        pytest.param("open_rules.yml", "[misroute_minutes]", "[⚑misroute]", "кода «misroute» нет", id="parameter"),
        pytest.param(
            "open_rules.yml",
            "  recurring_cost_items:\n    gap: 2\n",
            "  ⚑recurring_cost_items:\n",
            "recurring_cost_items.gap»: не указано",
            id="no gap",
        ),
    ],
)
def test_list_is_refused_when_it_is_wrong(tmp_path: Path, name: str, old: str, new: str, said: str) -> None:
    found = said_about(tmp_path, name, old, new)
    assert any(row.startswith("⚑") and said in row for row in found), found
