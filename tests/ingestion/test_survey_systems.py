"""The same responses from every system land as the same rows; tables of any kind; wrong descriptions."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
import xlsxwriter

from ingestion.errors import IngestionError
from ingestion.region import load_region
from tests.ingestion.home import TOUCHPOINTS, Home
from tests.ingestion.survey_servers import PASSWORD, TOKEN, USER, FormbricksServer, LimeSurvey, serving
from tests.ingestion.test_survey import written

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

CES, NPS, REASON, COMMENT = "Насколько легко?", "Порекомендуете?", "Почему было сложно?", "Что улучшить?"
QUESTIONS: dict[str, Any] = {
    "ces": {"header": CES, "code": "Q1", "scale": ["Сложно", "Никак", "Легко"], "answer_codes": ["A1", "A2", "A3"]},
    "nps": {"header": NPS, "code": "NPS[SQ001]", "scale": list(range(11))},
    "resolved": {"header": REASON, "code": "Q2"},
    "comment": {"header": COMMENT, "code": "Q3"},
}
SHARED: dict[str, Any] = {
    "questions": QUESTIONS,
    "feedback_channel": "sms",
    "questionnaire": "contact",
    "questionnaire_version": "1",
    "codes": {"client_group": {"Гражданин": "job_seeker"}, "touchpoint": TOUCHPOINTS},
}
ROLES = {
    "office_id": "office",
    "interaction_id": "appeal",
    "touchpoint": "stage",
    "client_group": "group",
    "client": "person",
    "incentive": "gift",
    "invited_at": "invited",
}
HEADERS = {
    "office_id": "Код центра",
    "interaction_id": "Номер обращения",
    "touchpoint": "Точка",
    "client_group": "Группа",
    "client": "Номер клиента",
    "incentive": "Вознаграждение",
    "invited_at": "Дата приглашения",
}
COMMON = ("office_id", "interaction_id", "touchpoint", "client_group", "client", "incentive", "invited_at")
NOT_ASKED = None
# local time of the centre, whether it was finished, the roles, the answers
PLANTED: list[tuple[str, bool, tuple[str, ...], tuple[str | None, ...]]] = [
    (
        "2026-11-10 09:00:00",
        True,
        ("C01", "100", "01", "Гражданин", "112-233-445 95", "нет", "2026-11-09 09:00:00"),
        ("A1", "3", "Долго ждал", "Звоните: +7 914 555-01-23"),
    ),
    (
        "2026-11-11 10:00:00",
        True,
        ("C01", "101", "02", "Гражданин", "112-233-445 96", "да", "2026-11-09 09:00:00"),
        ("A3", "10", NOT_ASKED, ""),
    ),
    (
        "2026-11-12 11:30:00",
        False,
        ("C01", "102", "77", "", "", "нет", ""),
        ("", NOT_ASKED, NOT_ASKED, NOT_ASKED),
    ),
]


def cells(place: int) -> list[str]:
    """A planted response as a row of a file: id, moment, last page, roles, answers."""
    moment, is_complete, roles, answers = PLANTED[place]
    given = ["N/A" if answer is NOT_ASKED else answer for answer in answers]
    return [str(place + 1), moment, "2" if is_complete else "1", *roles, *given]


FILE_HEADERS = ["ID ответа", "Дата отправки", "Страница", *HEADERS.values(), CES, NPS, REASON, COMMENT]
FILE_COLUMNS = {"id": "ID ответа", "submitted_at": "Дата отправки", "last_page": "Страница", **HEADERS}


def in_files(system: str, suffix: str, home: Home) -> dict[str, Any]:
    rows: list[Sequence[str]] = [cells(place) for place in range(len(PLANTED))]
    name = f"survey/2026-W46.{suffix}"
    if system == "limesurvey_export":
        rows = [[""] * len(FILE_HEADERS), *rows]
    headers = FILE_HEADERS
    if system == "table":  # columns in any order
        headers, rows = headers[::-1], [row[::-1] for row in rows]
    if suffix == "csv":
        home.file(name, "\r\n".join(";".join(row) for row in [headers, *rows]))
    else:
        home.workbook(name, headers, rows)
    description = {**SHARED, "system": system, "files": f"{{home}}/survey/{{week}}.{suffix}", "columns": FILE_COLUMNS}
    return {**description, "last_page": 2, "not_asked": "N/A"}


def lime_row(place: int) -> dict[str, Any]:
    moment, is_complete, roles, answers = PLANTED[place]
    return {
        "id": str(place + 1),
        "submitdate": moment if is_complete else None,
        "lastpage": "2",
        "startlanguage": "ru",
        "startdate": moment,
        "datestamp": "2026-11-13 10:00:00",
        "ipaddr": "10.0.0.7",
        **dict(zip(ROLES.values(), roles, strict=True)),
        **dict(zip(("Q1", "NPS[SQ001]", "Q2", "Q3"), answers, strict=True)),
    }


def lime_description(server: LimeSurvey, **changes: Any) -> dict[str, Any]:
    account = {"url": server.url, "survey_id": 77, "user": USER, "password": "LIMESURVEY"}
    return {**SHARED, "system": "limesurvey_api", **account, "columns": ROLES, **changes}


def brick(place: int) -> dict[str, Any]:
    moment, is_complete, roles, answers = PLANTED[place]
    named = zip(("Q1", "NPS[SQ001]", "Q2", "Q3"), answers, strict=True)
    data: dict[str, Any] = {name: answer for name, answer in named if answer is not NOT_ASKED}
    if data.get("NPS[SQ001]"):
        data["NPS[SQ001]"] = int(data["NPS[SQ001]"])
    attributes = dict(zip(ROLES.values(), roles, strict=True))
    local = datetime.fromisoformat(f"{moment}+09:00")
    return {
        "id": f"cm{place}",
        "surveyId": "srv1",
        "displayId": f"d{place}",
        "finished": is_complete,
        "data": data | {"office": attributes.pop("office")},
        "createdAt": local.isoformat(timespec="milliseconds") if place else "2026-11-10T00:00:00.000Z",
        "contactAttributes": attributes,
        "meta": {"userAgent": {"browser": "Firefox"}},
        "contactId": None,
    }


def brick_description(server: FormbricksServer, **changes: Any) -> dict[str, Any]:
    columns = {role: name if role == "office_id" else f"contactAttributes.{name}" for role, name in ROLES.items()}
    account = {"url": f"{server.address}/", "survey_id": "srv1", "token": "FORMBRICKS"}
    return {**SHARED, "system": "formbricks", **account, "columns": columns, **changes}


def landed_rows(home: Home) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """What landed without ids and origins, in the order of the responses."""
    landed = home.land("survey")
    assert landed.refused == []
    technical = ("record_id", "record_hash", "load_id", "origin", "response_id")
    answers, responses = landed.frames["answers"], landed.frames["responses"]
    return (
        responses.sort("submitted_at").drop(technical, strict=False).rows(),
        answers.sort("observed_at", "question").drop(technical, strict=False).rows(),
    )


@pytest.mark.parametrize(
    "system", ["export csv", "export xlsx", "table csv", "table xlsx", "limesurvey 5", "limesurvey 3", "formbricks"]
)
def test_same_responses_of_every_system_land_as_the_same_rows(
    home: Home, monkeypatch: pytest.MonkeyPatch, system: str
) -> None:
    monkeypatch.setenv("CX_SECRET_LIMESURVEY", PASSWORD)
    monkeypatch.setenv("CX_SECRET_FORMBRICKS", TOKEN)
    with serving(LimeSurvey()) as lime, serving(FormbricksServer()) as bricks:
        lime.responses = {place + 1: lime_row(place) for place in range(len(PLANTED))}
        lime.is_old = system == "limesurvey 3"
        bricks.responses = [brick(place) for place in range(len(PLANTED))][::-1]
        kind, _, detail = system.partition(" ")
        if kind == "limesurvey":
            home.describe(survey=lime_description(lime))
        elif kind == "formbricks":
            home.describe(survey=brick_description(bricks))
        else:
            home.describe(survey=in_files({"export": "limesurvey_export"}.get(kind, kind), detail, home))
        responses, answers = landed_rows(home)
    key = pl.Series([response[8] for response in responses])
    assert key.null_count() == 1
    assert [(*response[:8], *response[9:]) for response in responses] == [
        (datetime(2026, 11, 10), "north", "C01", "ais:100", "site", "01", "sms", "job_seeker",
         datetime(2026, 11, 9), datetime(2026, 11, 10), True, False, "contact", "1"),
        (datetime(2026, 11, 11, 1), "north", "C01", "ais:101", "hall", "02", "sms", "job_seeker",
         datetime(2026, 11, 9), datetime(2026, 11, 11, 1), True, True, "contact", "1"),
        (datetime(2026, 11, 12, 2, 30), "north", "C01", "ais:102", None, "77", "sms", None,
         None, datetime(2026, 11, 12, 2, 30), False, False, "contact", "1"),
    ]  # fmt: skip
    assert [answer[1:] for answer in answers] == [
        ("ces", CES, "Сложно", 1, 3),
        ("comment", COMMENT, "Звоните: [ТЕЛЕФОН]", None, None),
        ("nps", NPS, "3", 3, 11),
        ("resolved", REASON, "Долго ждал", None, None),
        ("ces", CES, "Легко", 3, 3),
        ("comment", COMMENT, None, None, None),  # asked, and left empty
        ("nps", NPS, "10", 10, 11),
        ("ces", CES, None, None, None),
    ]


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
