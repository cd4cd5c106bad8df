"""Evaluations of quality: one row a category, gathered to evaluations."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest

from ingestion.sources.evaluations.workbooks import EVALUATION
from tests.ingestion.home import TOUCHPOINTS, Home

if TYPE_CHECKING:
    from collections.abc import Sequence

FILE = "evaluations/2026-W46/evaluations.xlsx"
ORIGIN = "2026-W46/evaluations.xlsx#"


def score(number: Any = "Q-1", category: Any = "Приветствие", **changes: Any) -> list[Any]:
    row = dict(
        zip(
            EVALUATION,
            [number, "C01", "Петрова", 100, "01", "Приём", "1", "10.11.2026 09:00", category, "0,5", "нет", "1"],
            strict=True,
        )
    )
    names = {
        "office": "Код центра",
        "date": "Дата оценки",
        "weight": "Вес",
        "critical": "Критическая",
        "score": "Оценка",
        "code": "Код точки",
    }
    return list({**row, **{names[name]: value for name, value in changes.items()}}.values())


@pytest.fixture
def scored_home(home: Home) -> Home:
    home.describe(evaluations={"files": "{home}/evaluations/{week}/*.xlsx", "codes": {"touchpoint": TOUCHPOINTS}})
    return home


def write(home: Home, *rows: Sequence[Any]) -> None:
    home.workbook(FILE, EVALUATION, rows)


def test_rows_become_evaluations_with_scores(scored_home: Home) -> None:
    write(
        scored_home,
        score(),
        score(category="Полнота", weight=0.5, critical="Да", score=0.25),
        score(category="Прощание", score="Н/П"),
        score("Q-2", office="C02", code="99"),
    )
    landed = scored_home.land("evaluations")
    columns = ("record_id", "office_id", "interaction_id", "touchpoint", "reviewed_at")
    assert landed.rows("evaluations", *columns) == [
        ("evaluations:Q-1", "C01", "ais:100", "site", datetime(2026, 11, 10)),
        ("evaluations:Q-2", "C02", "ais:100", None, datetime(2026, 11, 9, 23)),
    ]
    assert landed.rows("evaluation_scores", "record_id", "weight", "is_critical", "score") == [
        ("evaluations:Q-1:Полнота", 0.5, True, 0.25),
        ("evaluations:Q-1:Приветствие", 0.5, False, 1.0),
        ("evaluations:Q-1:Прощание", 0.5, False, None),
        ("evaluations:Q-2:Приветствие", 0.5, False, 1.0),
    ]
    assert landed.refused == []


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"score": "пять"}, "unreadable_number"),
        ({"score": "1,5"}, "unreadable_number"),
        ({"score": "-1"}, "unreadable_number"),
        ({"score": "nan"}, "unreadable_number"),
        ({"weight": "inf"}, "unreadable_number"),
        ({"weight": None}, "unreadable_number"),
        ({"weight": "много"}, "unreadable_number"),
        ({"critical": "может быть"}, "unknown_code"),
        ({"category": None}, "missing_id"),
        ({"category": "Приветствие"}, "duplicate"),
    ],
)
def test_faulty_score_is_quarantined_and_the_others_of_its_evaluation_land(
    scored_home: Home, changes: dict[str, Any], reason: str
) -> None:
    write(scored_home, score(), score(**{"category": "Полнота", **changes}))
    landed = scored_home.land("evaluations")
    assert landed.ids("evaluations") == ["evaluations:Q-1"]
    assert landed.ids("evaluation_scores") == ["evaluations:Q-1:Приветствие"]
    assert landed.refused == [("evaluation_scores", reason, f"{ORIGIN}3")]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (score("Q-2", date="32.13.2026"), "unreadable_date"),
        (score("Q-2", date=None), "unreadable_date"),
        (score("Q-2", date="08.11.2026 23:59"), "other_week"),
        (score("Q-2", office="C99"), "unknown_office"),
        (score(None), "missing_id"),
    ],
)
def test_faulty_evaluation_is_quarantined_with_its_scores(scored_home: Home, row: list[Any], reason: str) -> None:
    write(scored_home, score(), row)
    landed = scored_home.land("evaluations")
    assert landed.ids("evaluations") == ["evaluations:Q-1"]
    assert landed.ids("evaluation_scores") == ["evaluations:Q-1:Приветствие"]
    assert landed.refused == [("evaluations", reason, f"{ORIGIN}3"), ("evaluation_scores", reason, f"{ORIGIN}3")]


def test_every_row_without_an_id_is_kept(scored_home: Home) -> None:
    write(scored_home, score(None), score(None, "Полнота"))
    assert scored_home.land("evaluations").counts("evaluations") == (2, 0, 2, 0)


def test_accumulating_file_only_counts_other_weeks(scored_home: Home) -> None:
    scored_home.describe(evaluations={"files": "{home}/evaluations.xlsx"})
    scored_home.workbook("evaluations.xlsx", EVALUATION, [score(), score("Q-2", date="01.11.2026 09:00")])
    landed = scored_home.land("evaluations")
    assert landed.counts("evaluations") == (2, 1, 0, 1)
    assert landed.counts("evaluation_scores") == (2, 1, 0, 1)


def test_missing_and_unreadable_files_are_no_source(scored_home: Home) -> None:
    assert "нет файла" in scored_home.land("evaluations").result.messages[0]
    scored_home.file(FILE, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 4096)
    assert "закрыт паролем" in scored_home.land("evaluations").result.messages[0]
    scored_home.workbook(FILE, EVALUATION[:-1])
    landed = scored_home.land("evaluations")
    assert landed.result.messages == [f"2026-W46: {ORIGIN[:-1]}: нет столбцов Оценка; проверьте заголовки таблицы"]


def test_headers_alone_are_a_true_zero(scored_home: Home) -> None:
    write(scored_home)
    landed = scored_home.land("evaluations")
    assert (landed.result.status, landed.counts("evaluations")) == ("loaded", (0, 0, 0, 0))
