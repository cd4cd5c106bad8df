"""Evaluations as offices keep them: a column for each category, scores in points, visits of mystery shoppers."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest

from tests.ingestion.home import TOUCHPOINTS, Home
from tests.ingestion.spreadsheets import FORMATS, Rows, write_as

if TYPE_CHECKING:
    from collections.abc import Mapping

VISITS: Rows = [
    ["Тайный покупатель, ноябрь"],
    ["№ анкеты", "ЦЗН:", "Дата визита", "Приветствие", "Полнота ответа", "Чистота зала", "Итог"],
    ["12.0", "Второй центр", "10 ноября 2026 г.", 5, "3 из 5", "н/п", 1],
    [13, "C01", "11.11.26 10:00", 4, 0, None, 1],
    [14, "C01", "11.11.26 10:00", 6, "#ССЫЛКА!", "плохо", 1],
    ["Итого", None, None, 15, 3, None, 3],
]
CATEGORIES = {
    "Приветствие": {"weight": 0.5},
    "Полнота": {"header": "Полнота ответа", "weight": 0.3, "critical": True},
    "Чистота": {"header": "Чистота зала", "weight": 0.2, "maximum": 10},
}
WIDE: dict[str, Any] = {
    "columns": {"employee": [], "interaction": [], "touchpoint_code": []},
    "categories": CATEGORIES,
    "scale": "points",
    "maximum": 5,
    "scorecard": "Тайный покупатель",
    "scorecard_version": "2",
}
LONG_HEADERS = ["ID оценки", "Код центра", "Сотрудник", "Номер обращения", "Код точки", "Карта", "Версия карты", "Дата оценки", "Категория", "Вес", "Критическая", "Оценка"]  # fmt: skip


def describe(home: Home, **evaluations: Any) -> None:
    home.describe(evaluations={"files": "{home}/visits/{week}.*", "codes": {"touchpoint": TOUCHPOINTS}, **evaluations})


@pytest.mark.parametrize("kind", FORMATS)
def test_column_for_each_category_gives_a_row_for_each(home: Home, kind: str) -> None:
    describe(home, **WIDE)
    write_as(kind, home.path / f"visits/2026-W46.{kind}", VISITS)
    landed = home.land("evaluations")
    columns = ("record_id", "office_id", "reviewed_at", "scorecard", "scorecard_version")
    assert landed.rows("evaluations", *columns) == [
        ("evaluations:12", "C02", datetime(2026, 11, 9, 14), "Тайный покупатель", "2"),
        ("evaluations:13", "C01", datetime(2026, 11, 11, 1), "Тайный покупатель", "2"),
        ("evaluations:14", "C01", datetime(2026, 11, 11, 1), "Тайный покупатель", "2"),
    ]
    assert landed.rows("evaluation_scores", "record_id", "weight", "is_critical", "score") == [
        ("evaluations:12:Полнота", 0.3, True, 0.6),
        ("evaluations:12:Приветствие", 0.5, False, 1.0),
        ("evaluations:12:Чистота", 0.2, False, None),
        ("evaluations:13:Полнота", 0.3, True, 0.0),
        ("evaluations:13:Приветствие", 0.5, False, 0.8),
        ("evaluations:13:Чистота", 0.2, False, None),
    ]
    assert landed.refused == [("evaluation_scores", "unreadable_number", f"visits/2026-W46.{kind}#5")] * 3


@pytest.mark.parametrize(
    ("scale", "written", "score"),
    [
        ("fraction", "0,8", 0.8),
        ("fraction", "80 %", 0.8),
        ("fraction", "4 из 5", 0.8),
        ("fraction", "80", None),
        ("percent", 80, 0.8),
        ("percent", "80,0", 0.8),
        ("percent", "80%", 0.8),
        ("percent", 120, None),
        ("points", 4, 0.8),
        ("points", "4/5", 0.8),
        ("points", "4/0", None),
        ("points", "-1", None),
    ],
)
def test_score_is_read_by_the_scale_of_its_table(home: Home, scale: str, written: Any, score: float | None) -> None:
    describe(home, scale=scale, maximum=5)
    row = ["Q-1", "C01", "Петрова", 100, "01", "Приём", "1", "10.11.2026", "Полнота", "50 %", "нет", written]
    write_as("xlsx", home.path / "visits/2026-W46.xlsx", [LONG_HEADERS, row])
    landed = home.land("evaluations")
    assert landed.rows("evaluation_scores", "weight", "score") == ([(0.5, score)] if score else [])
    assert len(landed.refused) == (score is None)


def test_visits_of_mystery_shoppers_stand_beside_evaluations(home: Home) -> None:
    describe(home, mystery_shopper={"files": "{home}/mystery/*.ods", **WIDE})
    row = ["12", "C01", "Петрова", "1 262", "01", "Приём", 1.0, "10.11.2026", "Полнота", 1, "нет", 1]
    write_as("xlsx", home.path / "visits/2026-W46.xlsx", [LONG_HEADERS, row])
    write_as("ods", home.path / "mystery/все.ods", VISITS[:3])
    landed = home.land("evaluations")
    columns = ("record_id", "interaction_id", "touchpoint", "feedback_channel", "scorecard", "scorecard_version")
    assert landed.rows("evaluations", *columns) == [
        ("evaluations:12", "ais:1262", "site", None, "Приём", "1"),
        ("evaluations:mystery-12", None, None, "mystery_shopper", "Тайный покупатель", "2"),
    ]
    assert landed.counts("evaluation_scores") == (4, 4, 0, 0)


def test_week_without_visits_is_no_failure_but_a_wrong_path_is(home: Home) -> None:
    row = ["12", "C01", "Петрова", "1 262", "01", "Приём", 1.0, "10.11.2026", "Полнота", 1, "нет", 1]
    write_as("xlsx", home.path / "visits/2026-W46.xlsx", [LONG_HEADERS, row])
    describe(home, mystery_shopper={"files": "{home}/mystery/{week}.ods", **WIDE})
    assert home.land("evaluations").ids("evaluations") == ["evaluations:12"]
    describe(home, mystery_shopper={"files": "{home}/mystery/*.ods", **WIDE})
    landed = home.land("evaluations")
    assert landed.result.status == "no_source"
    assert "нет файла" in landed.result.messages[0]


def test_row_for_each_evaluation_needs_no_number(home: Home) -> None:
    describe(home, **WIDE)
    rows = [row[1:] for row in VISITS[1:4]]
    write_as("xlsx", home.path / "visits/2026-W46.xlsx", [*rows, rows[-1]])
    landed = home.land("evaluations")
    assert landed.counts("evaluations") == (3, 3, 0, 0)
    assert landed.counts("evaluation_scores") == (9, 9, 0, 0)


@pytest.mark.parametrize(
    ("change", "part"),
    [
        ({"scale": "points", "maximum": None}, "для баллов укажите maximum"),
        ({"scale": "points", "maximum": 0}, "evaluations.maximum"),
        ({"categories": {"Полнота": {"weight": -1}}}, "evaluations.categories.Полнота.weight"),
        ({"columns": {"grade": ["Оценка"]}}, "evaluations.columns"),
    ],
)
def test_wrong_description_is_told(home: Home, change: Mapping[str, Any], part: str) -> None:
    describe(home, **{**WIDE, "categories": {}, **change})
    with pytest.raises(Exception, match="Регион") as error:
        home.land("evaluations")
    assert part in str(error.value)


def test_category_without_a_column_is_told(home: Home) -> None:
    describe(home, **WIDE)
    write_as("xlsx", home.path / "visits/2026-W46.xlsx", [row[:5] for row in VISITS])
    assert "нет столбцов Чистота зала" in home.land("evaluations").result.messages[0]
