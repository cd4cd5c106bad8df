"""Surveys as tables of any kind, and descriptions of surveys that are wrong."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest
import xlsxwriter

from ingestion.errors import IngestionError
from ingestion.region import load_region
from tests.ingestion.home import Home
from tests.ingestion.test_survey import written
from tests.ingestion.test_survey_systems import CES, COMMENT, NPS

if TYPE_CHECKING:
    from pathlib import Path

TABLE: dict[str, Any] = {
    "system": "table",
    "files": "{home}/survey.*",
    "columns": {"id": "№", "submitted_at": "Когда"},
    "questions": {"ces": {"header": CES, "scale": ["Сложно", "Никак", "Легко"]}},
}


def test_table_of_one_header_row_takes_columns_in_any_order_and_loses_none(home: Home) -> None:
    home.describe(survey={**TABLE, "ignore": ["IP"]})
    home.file(
        "survey.csv",
        f"Город,{CES},IP,Когда,№\nЯкутск,Легко,10.0.0.7,10.11.2026 09:00,7\n,,10.0.0.8,2026-11-10T00:30:00Z,8\n",
    )
    landed = home.land("survey")
    assert landed.rows("responses", "record_id", "submitted_at") == [
        ("survey:7", datetime(2026, 11, 10)),
        ("survey:8", datetime(2026, 11, 10, 0, 30)),
    ]
    assert landed.rows("answers", "record_id", "question_text", "answer_text", "answer_position") == [
        ("survey:7:c01", "Город", "Якутск", None),
        ("survey:7:ces", CES, "Легко", 3),
        ("survey:8:c01", "Город", None, None),
        ("survey:8:ces", CES, None, None),
    ]


def test_empty_cell_is_a_question_that_was_not_asked_where_the_region_says_so(home: Home) -> None:
    home.describe(survey={**TABLE, "not_asked": ""})
    home.file("survey.csv", f"№,Когда,{CES}\n1,2026-11-10 09:00:00,\n2,2026-11-10 09:00:00,Легко\n")
    landed = home.land("survey")
    assert landed.ids("responses") == ["survey:1", "survey:2"]
    assert landed.ids("answers") == ["survey:2:ces"]


def test_sheet_of_the_answers_is_found_among_others_and_dates_and_numbers_of_a_spreadsheet_are_read(home: Home) -> None:
    home.describe(survey={**TABLE, "questions": {"nps": {"header": NPS, "scale": list(range(11))}}})
    with xlsxwriter.Workbook(str(home.path / "survey.xlsx")) as book:
        notes, sheet = book.add_worksheet("Пояснения"), book.add_worksheet("Ответы")
        notes.write_column(0, 0, ["№", "Здесь пояснения", "Когда"])
        sheet.write_row(0, 0, ["№", "Когда", NPS])
        sheet.write_row(1, 0, [1.0, "", 9.0])
        sheet.write_datetime(1, 1, datetime(2026, 11, 10, 9), book.add_format({"num_format": "dd.mm.yyyy hh:mm"}))
        sheet.write_row(3, 0, [2, "2026-11-10 09:00:00"])
        sheet.write_string(3, 2, "=1+1")
    landed = home.land("survey")
    assert landed.rows("responses", "record_id", "submitted_at", "origin") == [
        ("survey:1", datetime(2026, 11, 10), "home/survey.xlsx#2"),
        ("survey:2", datetime(2026, 11, 10), "home/survey.xlsx#4"),
    ]
    assert landed.rows("answers", "record_id", "answer_position") == [("survey:1:nps", 9)]
    assert landed.refused == [("answers", "unknown_code", "home/survey.xlsx#4")]


def test_region_that_does_not_say_where_the_date_stands_is_shown_the_columns(home: Home) -> None:
    home.describe(survey={**TABLE, "columns": {"id": "№"}})
    home.file("survey.csv", f"№,Когда,{CES}\n1,2026-11-10 09:00:00,Легко\n")
    landed = home.land("survey")
    assert landed.result.status == "no_source"
    assert "в каком столбце дата ответа" in landed.result.messages[0]
    assert "столбцы файла: «№», «Когда»" in landed.result.messages[0]


def test_ids_of_content_are_the_same_in_both_kinds_of_files(home: Home) -> None:
    home.describe(survey={**TABLE, "columns": {}, "period": "2026-W46"})
    home.file("survey.csv", f"{CES};Ещё\nЛегко\nЛегко;\n")
    ids = home.land("survey").ids("responses")
    (home.path / "survey.csv").unlink()
    home.workbook("survey.xlsx", [CES, "Ещё"], [["Легко", ""], ["Легко", ""]])
    assert home.land("survey").ids("responses") == ids
    assert len(ids) == 2


def test_question_that_one_export_lacks_was_not_asked_there_if_it_is_optional(home: Home) -> None:
    questions = {"ces": {"header": CES, "scale": ["Сложно", "Легко"]}, "comment": {"header": COMMENT, "optional": True}}
    home.describe(survey={**TABLE, "files": "{home}/survey/*.csv", "questions": questions})
    home.file("survey/1.csv", f"№,Когда,{CES}\n1,2026-11-10 09:00:00,Легко\n")
    home.file("survey/2.csv", f"№,Когда,{CES},{COMMENT}\n2,2026-11-10 09:00:00,Легко,\n")
    assert home.land("survey").ids("answers") == ["survey:1:ces", "survey:2:ces", "survey:2:comment"]


def test_part_of_a_group_is_named_with_its_group(home: Home) -> None:
    survey = {
        **TABLE,
        "system": "limesurvey_export",
        "questions": {"resolved": {"header": "Что? / Зал", "scale": ["Нет", "Да"]}},
    }
    home.describe(survey=survey)
    headers = ["№", "Когда", "Что?", ""]
    home.file(
        "survey.csv",
        written(["1", "2026-11-10 09:00:00", "Нет", "Да"], headers=headers, second=["", "", "Сайт", "Зал"]),
    )
    assert home.land("survey").rows("answers", "question", "answer_position") == [("c03", None), ("resolved", 2)]


def test_codes_of_answers_count_before_labels_that_look_like_them(home: Home) -> None:
    question = {"header": CES, "scale": ["1", "2", "3"], "answer_codes": ["3", "2", "1"]}
    home.describe(survey={**TABLE, "questions": {"ces": question}})
    home.file("survey.csv", f"№,Когда,{CES}\n1,2026-11-10 09:00:00,3\n")
    assert home.land("survey").rows("answers", "answer_text", "answer_position") == [("1", 1)]


def test_moments_of_a_system_with_a_zone_of_its_own_are_read_in_it(home: Home) -> None:
    home.describe(survey={**TABLE, "time_zone": "Europe/Moscow"})
    home.file("survey.csv", f"№,Когда,{CES}\n1,2026-11-08 18:30:00,\n2,2026-11-08 17:30:00,\n")
    landed = home.land("survey")
    assert landed.rows("responses", "record_id", "submitted_at") == [("survey:1", datetime(2026, 11, 8, 15, 30))]
    assert landed.counts("responses") == (2, 1, 0, 1)


@pytest.mark.parametrize(
    ("name", "content", "part"),
    [
        ("survey.csv", b" \n", "файл пуст"),
        ("survey.csv", "№,Когда\n1,2".encode(), f"нет столбцов {CES}"),
        ("survey.xlsx", b"PK\x03\x04 broken", "файл не читается"),
        ("survey.xlsx", "№,Когда\n".encode(), "файл не читается"),
    ],
)
def test_unreadable_table_is_no_source(home: Home, name: str, content: bytes, part: str) -> None:
    home.describe(survey=TABLE)
    home.file(name, content)
    landed = home.land("survey")
    assert landed.result.status == "no_source"
    assert part in landed.result.messages[0]


def test_many_sheets_with_a_stray_cell_each_are_refused(home: Home) -> None:
    home.describe(survey=TABLE)
    with xlsxwriter.Workbook(str(home.path / "survey.xlsx")) as book:
        for _ in range(40):
            book.add_worksheet().write(50_000, 10, "x")
    assert "удалите лишние ячейки" in home.land("survey").result.messages[0]


def test_workbook_without_anything_is_no_source(home: Home) -> None:
    home.describe(survey=TABLE)
    home.workbook("survey.xlsx", [])
    landed = home.land("survey")
    assert landed.result.status == "no_source"
    assert "нет строки заголовка" in landed.result.messages[0]


LIME = {"system": "limesurvey_api", "url": "http://x", "survey_id": 1, "user": "u", "password": "LS"}
BRICKS = {"system": "formbricks", "url": "http://x", "survey_id": "s", "token": "FB"}


@pytest.mark.parametrize(
    ("survey", "part"),
    [
        ({"system": "google_forms"}, "поле «sources.survey.system»: такой системы нет; можно: limesurvey_export, limesurvey_api, formbricks, table"),
        ({"system": ["table"]}, "поле «sources.survey.system»: такой системы нет"),
        ({}, "поле «sources.survey.files»: не указано"),
        ({**LIME, "files": "x"}, "поле «sources.survey.files»: такого поля нет"),
        ({**BRICKS, "url": None}, "поле «sources.survey.url»: нужен текст"),
        ({**LIME, "survey_id": "первый"}, "поле «sources.survey.survey_id»: нужно целое число"),
        ({**LIME, "password": "hunter2 !"}, "поле «sources.survey.password»: нужно имя ключа доступа"),
        ({**BRICKS, "page": 1}, "поле «sources.survey.page»"),
        ({**TABLE, "time_zone": "Yakutsk"}, "поле «sources.survey.time_zone»: нет такого часового пояса"),
        ({**TABLE, "questions": {"ces": {"header": "а", "scale": ["б"], "answer_codes": ["A1", "A2"]}}}, "поле «sources.survey.questions.ces»: кодов ответов"),
        ("survey.csv", "поле «sources.survey»: нужен список полей"),
    ],
)  # fmt: skip
def test_wrong_description_names_the_field(home: Home, survey: Any, part: str) -> None:
    home.describe(survey=survey)
    with pytest.raises(IngestionError) as caught:
        load_region(home.settings)
    assert part in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_description_without_a_system_is_an_export_of_limesurvey(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.describe(survey={"files": "x"})
    survey = load_region(home.settings).sources.survey
    assert survey is not None
    assert survey.model_dump()["system"] == "limesurvey_export"
