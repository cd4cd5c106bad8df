"""Client KPIs, KPI sets with corridors, and the quarterly index."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
import yaml

from ingestion.methodology.kpi_sets import quarterly_total
from tests.methodology.edited import METHODOLOGY, said_about

if TYPE_CHECKING:
    from pathlib import Path

DEMO = "regions/demo/kpi_sets.yml"


def entry(kpi: str, rank: int) -> str:
    corridor = "{lower: 0, upper: 50, better: higher, act: Приказ, valid_from: 2026-08-24}"
    return f"{{kpi: {kpi}, rank: {rank}, found_by: [diary], metric: ces, owner: Команда, corridors: [{corridor}]}}"


def one_set(group: str, version: str, start: str) -> str:
    return (
        f"{{client_group: {group}, version: {version}, valid_from: {start}, mission: Миссия, "
        f"kpis: [{entry('simple_process', 1)}]}}"
    )


def kpis_of_the_base() -> list[dict[str, object]]:
    found = yaml.safe_load((METHODOLOGY / "kpis.yml").read_text(encoding="utf-8"))
    return list(found["kpis"].values())


def test_general_kpis_are_twenty_in_the_groups_of_the_appendix() -> None:
    general = [kpi for kpi in kpis_of_the_base() if "client_group" not in kpi]
    assert Counter(kpi["group"] for kpi in general) == {"individual": 8, "ease": 9, "pleasant": 3}
    assert {kpi["clause"] for kpi in general} == {"Приложение 1, п. 8"}


def test_kpis_of_client_groups_are_fifty_two_in_the_cells_of_the_appendix() -> None:
    cells = Counter((kpi["group"], kpi["client_group"]) for kpi in kpis_of_the_base() if "client_group" in kpi)
    groups = ("employer", "job_seeker", "authority")
    assert {group: [cells[group, client] for client in groups] for group in ("individual", "ease", "pleasant")} == {
        "individual": [3, 5, 2],
        "ease": [8, 7, 4],
        "pleasant": [8, 12, 3],
    }
    assert cells.total() == 52


def test_no_wording_stands_twice_for_one_client_group() -> None:
    said = Counter((kpi.get("client_group"), kpi["group"], kpi["wording"]) for kpi in kpis_of_the_base())
    assert set(said.values()) == {1}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("group: individual", "group: ⚑kind", "поле «kpis.addressing.group»: кода «kind» нет в списке kpi_groups; "),
        ("increment: convenience", "increment: ⚑joy", "поле «kpis.addressing.increment»: кода «joy» нет в списке "),
        ("[expectation_met]", "[⚑happiness]", "поле «kpis.addressing.metrics.№1»: кода «happiness» нет в списке "),
        ("unit: percent", "unit: ⚑pounds", "поле «kpis.addressing.unit»: кода «pounds» нет в списке metric_units; "),
        ("  personal_contact:", "  ⚑addressing:", "поле «kpis.addressing» повторено, уже стоит в строке 9; "),
        (
            "  personal_contact:\n    wording",
            "  ⚑personal_contact:\n    text",
            "поле «kpis.personal_contact.wording»: не ",
        ),
    ],
)
def test_kpi_is_refused_when_a_field_is_wrong(tmp_path: Path, old: str, new: str, said: str) -> None:
    found = said_about(tmp_path, "kpis.yml", old, new)
    assert any(row.startswith(f"⚑{said}") for row in found), found


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        pytest.param(
            "lower: 60\n            upper: 90",
            "lower: 60\n            ⚑upper: 50",
            "upper»: верхняя граница должна быть больше нижней (60)",
            id="corridor upside down",
        ),
        pytest.param(
            "valid_from: 2026-10-05",
            "⚑valid_from: 2026-09-28",
            "valid_from»: срок пересекается с коридором №1; оставьте один",
            id="corridors overlap",
        ),
        pytest.param("valid_to: 2026-10-04", "⚑valid_to: 2026-10-03", "valid_to»: нужно воскресенье", id="half a week"),
        pytest.param("upper: 90", "⚑upper: 900", "upper»: метрика не бывает больше 100", id="percent over 100"),
        pytest.param("lower: 60", "⚑lower: .nan", "lower»: нужно конечное число", id="bound that is no number"),
        pytest.param("lower: 0", "⚑lower: -1", "lower»: метрика не бывает меньше 0", id="minutes below zero"),
        pytest.param(
            "better: higher", "⚑better: lower", "better»: у метрики лучше higher", id="direction of the metric"
        ),
        pytest.param("metric: rr", "metric: ⚑speed", "metric»: кода «speed» нет в списке metrics", id="metric"),
        pytest.param("client_group: job_seeker", "client_group: ⚑child", "client_group»: кода «child» нет", id="group"),
        pytest.param("[call_round, light_poll]", "⚑[light_poll, borrowed]", "found_by»: этого мало", id="found badly"),
        pytest.param("rank: 2", "rank: ⚑1", "rank»: это место уже занято", id="rank twice"),
        pytest.param(
            "kpi: job_seeker_least_effort",
            "kpi: ⚑job_seeker_reliable_result",
            "kpi»: этот показатель уже есть в наборе",
            id="KPI twice",
        ),
        pytest.param(
            "kpi: job_seeker_least_effort",
            "kpi: ⚑employer_least_effort",
            "kpi»: показатель группы employer; нужен показатель группы job_seeker или общий",
            id="KPI of another group",
        ),
        pytest.param("owner: Контакт-центр", "⚑owner: ''", "owner»: не может быть пустым", id="no owner"),
        pytest.param(
            "mission: Каждый", "⚑mission: ''\n    text: Каждый", "mission»: не может быть пустым", id="mission"
        ),
        pytest.param(
            "  employer_1:",
            f"      - {entry('simple_process', 5)}\n      - {entry('clear_information', 6)}\n"
            f"      - ⚑{entry('speed', 7)}\n  employer_1:",
            "kpis.№7»: можно не больше 6 показателей, есть 7 (приложение 1, п. 2)",
            id="seven KPIs",
        ),
        pytest.param(
            "sets:",
            f"sets:\n  other: {one_set('authority', 'a', '2026-08-24')}\n  later: ⚑{one_set('authority', 'b', '2026-08-31')}",
            "later.valid_from»: срок пересекается с «other»",
            id="two sets at once",
        ),
        pytest.param(
            "sets:",
            f"sets:\n  other: {one_set('authority', 'a', '2026-08-24')}\n  later: ⚑{one_set('authority', 'a', '2026-08-31')}",
            "later.version»: версия уже стоит в «other»",
            id="one version twice",
        ),
    ],
)
def test_kpi_set_is_refused_when_it_is_wrong(tmp_path: Path, old: str, new: str, said: str) -> None:
    found = said_about(tmp_path, DEMO, old, new)
    assert any(row.startswith("⚑") and said in row for row in found), found


def test_region_set_is_refused_when_it_stands_in_for_one_of_the_base(tmp_path: Path) -> None:
    index = (METHODOLOGY / "kpi_sets.yml").read_text(encoding="utf-8").partition("quarterly_index:")[2]
    found = said_about(tmp_path, DEMO, "sets:", f"quarterly_index:⚑{index}sets:")
    assert len(found) == 1
    assert "поле «quarterly_index.quarterly_1»: такая запись есть в основе и не меняется" in found[0]


def test_quarterly_index_is_refused_when_it_claims_a_formula(tmp_path: Path) -> None:
    found = said_about(tmp_path, "kpi_sets.yml", "formulas: not_public", "formulas: ⚑mean_of_answers")
    assert found == ["⚑поле «quarterly_index.quarterly_1.formulas»: такого значения нет; можно: 'not_public'"]


def test_quarterly_total_rounds_half_away_from_zero() -> None:
    assert quarterly_total(Decimal("93.46"), Decimal("92.77")) == Decimal("93.12")  # 93.115
    assert quarterly_total(Decimal("90.00"), Decimal("90.01")) == Decimal("90.01")  # 90.005: half to even gives 90.00


def test_quarterly_total_is_refused_when_a_half_is_no_score() -> None:
    with pytest.raises(ValueError, match="от 0 до 100"):
        quarterly_total(Decimal("100.01"), Decimal(50))
