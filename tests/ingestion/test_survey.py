"""LimeSurvey's CSV with faults in it."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest

from tests.ingestion.home import TOUCHPOINTS, Home

if TYPE_CHECKING:
    from collections.abc import Sequence

FILE = "survey/2026-W46.csv"
ORIGIN = f"{FILE}#"
ROLES = {
    "id": "ID ответа",
    "submitted_at": "Дата отправки",
    "last_page": "Последняя страница",
    "invited_at": "Дата приглашения",
    "office_id": "Код центра",
    "interaction_id": "Номер обращения",
    "touchpoint": "Точка контакта",
    "client_group": "Группа клиента",
    "client": "Номер клиента",
    "incentive": "Вознаграждение",
}
CES, NPS, COMMENT = "Насколько легко?", "Порекомендуете?", "Что улучшить?"
HEADERS = [*ROLES.values(), CES, NPS, COMMENT]
SURVEY: dict[str, Any] = {
    "files": "{home}/survey/{week}.csv",
    "columns": ROLES,
    "questions": {
        "ces": {"header": CES, "scale": ["Сложно", "Никак", "Легко"]},
        "nps": {"header": NPS, "scale": list(range(11))},
        "comment": {"header": COMMENT},
    },
    "last_page": 2,
    "codes": {"client_group": {"Гражданин": "job_seeker"}, "touchpoint": TOUCHPOINTS},
}


def answer(number: Any = "1", **changes: Any) -> list[str]:
    row = {
        "id": number,
        "submitted_at": "2026-11-10 09:00:00",
        "last_page": "2",
        "invited_at": "2026-11-09 09:00:00",
        "office_id": "C01",
        "interaction_id": "100",
        "touchpoint": "01",
        "client_group": "Гражданин",
        "client": "112-233-445 95",
        "incentive": "нет",
        "ces": "Легко",
        "nps": "10",
        "comment": "Спасибо",
    }
    return list({**row, **changes}.values())


def written(*rows: Sequence[str], headers: Sequence[str] = HEADERS, second: Sequence[str] = ()) -> str:
    content = io.StringIO(newline="")
    writer = csv.writer(content, delimiter=";", lineterminator="\r\n")
    writer.writerows([headers, second or [""] * len(headers), *rows])
    return content.getvalue()


@pytest.fixture
def survey_home(home: Home) -> Home:
    home.describe(survey=SURVEY)
    return home


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "windows-1251"])
@pytest.mark.parametrize("separator", ["\r\n", "\n"])
def test_answers_land_whatever_the_encoding_and_the_line_ends(survey_home: Home, encoding: str, separator: str) -> None:
    text = written(answer(1), answer(2, office_id="C02", nps="", comment='Две "кавычки"; и\nстрока', touchpoint="99"))
    survey_home.file(FILE, text.replace("\r\n", separator).encode(encoding))
    landed = survey_home.land("survey")
    columns = ("record_id", "office_id", "interaction_id", "touchpoint", "client_group", "submitted_at", "is_complete")
    assert landed.rows("responses", *columns) == [
        ("survey:1", "C01", "ais:100", "site", "job_seeker", datetime(2026, 11, 10), True),
        ("survey:2", "C02", "ais:100", None, "job_seeker", datetime(2026, 11, 9, 23), True),
    ]
    assert landed.rows("answers", "record_id", "answer_text", "answer_position", "scale_points") == [
        ("survey:1:ces", "Легко", 3, 3),
        ("survey:1:comment", "Спасибо", None, None),
        ("survey:1:nps", "10", 10, 11),
        ("survey:2:ces", "Легко", 3, 3),
        ("survey:2:comment", 'Две "кавычки"; и\nстрока', None, None),
        ("survey:2:nps", None, None, None),
    ]
    assert landed.refused == []


def test_one_line_in_another_encoding_spoils_no_other(survey_home: Home) -> None:
    lines = written(answer(1), answer(2, comment="Плохо"), answer(3)).split("\r\n")
    survey_home.file(
        FILE, "\r\n".join(lines[:3]).encode() + b"\r\n" + lines[3].encode("windows-1251") + b"\r\n" + lines[4].encode()
    )
    landed = survey_home.land("survey")
    assert dict(landed.rows("answers", "record_id", "answer_text"))["survey:2:comment"] == "Плохо"
    assert landed.counts("responses") == (3, 3, 0, 0)


@pytest.mark.parametrize(
    ("content", "part"),
    [
        (b"", "файл пуст; выгрузите его заново"),
        (b"\xef\xbb\xbf\r\n", "файл пуст"),
        ("ID ответа;Дата отправки", "нет двух строк заголовка"),
        (written(headers=HEADERS[:-1]), "нет столбцов Что улучшить?"),
        (written(headers=HEADERS[1:]), "нет столбцов ID ответа"),
        (written(answer(1)) + '2;"2026-11-10 09:00:00;2', "строка 4: кавычки не закрыты"),
        (written(answer(1)) + '2;"2026"-11-10;2', "кавычки не закрыты или стоят внутри ячейки"),
        (written(answer(1, comment="x" * 1_100_000)), "кавычки не закрыты"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "survey/2026-W46.csv"),
    ],
    ids=["empty", "mark alone", "one line", "no question", "no id", "open quote", "quote inside", "huge cell", "image"],
)
def test_unreadable_file_is_no_source(survey_home: Home, content: str | bytes, part: str) -> None:
    survey_home.file(FILE, content)
    landed = survey_home.land("survey")
    assert landed.result.status == "no_source"
    assert part in landed.result.messages[0]


def test_missing_file_is_no_source(survey_home: Home) -> None:
    landed = survey_home.land("survey")
    assert landed.result.status == "no_source"
    assert "нет файла" in landed.result.messages[0]


def test_headers_alone_are_a_true_zero(survey_home: Home) -> None:
    survey_home.file(FILE, written())
    landed = survey_home.land("survey")
    assert (landed.result.status, landed.counts("responses"), landed.counts("answers")) == (
        "loaded",
        (0,) * 4,
        (0,) * 4,
    )


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (answer(2, submitted_at="32.13.2026"), "unreadable_date"),
        (answer(2, submitted_at=""), "unreadable_date"),
        (answer(2, invited_at="вчера"), "unreadable_date"),
        (answer(2, last_page="две"), "unreadable_number"),
        (answer(2, client_group="Никто"), "unknown_code"),
        (answer(2, office_id="C99"), "unknown_office"),
        (answer(2, office_id="../../C01"), "unknown_office"),
        (answer(2, submitted_at="2026-11-08 23:59:59"), "other_week"),
        (answer(2, submitted_at="2026-11-16 00:00:00"), "other_week"),
        (answer(""), "missing_id"),
        (answer("1"), "duplicate"),
        ([*answer(2), "", "лишнее"], "wrong_shape"),
    ],
)
def test_faulty_response_is_quarantined_with_its_answers(survey_home: Home, row: list[str], reason: str) -> None:
    survey_home.file(FILE, written(answer("1"), row))
    landed = survey_home.land("survey")
    assert landed.ids("responses") == ["survey:1"]
    assert landed.counts("answers") == (6, 3, 3, 0)
    assert landed.refused == [("responses", reason, f"{ORIGIN}4")] + [("answers", reason, f"{ORIGIN}4")] * 3


@pytest.mark.parametrize("changes", [{"ces": "Терпимо"}, {"nps": "11"}, {"nps": "10.0"}])
def test_answer_beside_its_scale_is_quarantined_and_is_no_missing_answer(
    survey_home: Home, changes: dict[str, str]
) -> None:
    survey_home.file(FILE, written(answer(1, **changes)))
    landed = survey_home.land("survey")
    assert landed.ids("responses") == ["survey:1"]
    assert landed.counts("answers") == (3, 2, 1, 0)
    assert landed.refused == [("answers", "unknown_code", f"{ORIGIN}3")]


def test_columns_that_nobody_named_land_as_questions(survey_home: Home) -> None:
    headers = [*HEADERS, "Что из этого?", "", "ID ответа", CES, ""]
    second = [*[""] * len(HEADERS), "Сайт", "Зал", "", "", ""]
    survey_home.file(FILE, written([*answer(1), "Да", "", "77", "Сложно", "так"], headers=headers, second=second))
    landed = survey_home.land("survey")
    assert landed.ids("responses") == ["survey:1"]
    assert landed.rows("answers", "question", "question_text", "answer_text")[:5] == [
        ("c14", "Что из этого? / Сайт", "Да"),
        ("c15", "Что из этого? / Зал", None),
        ("c16", "ID ответа", "77"),
        ("c17", CES, "Сложно"),
        ("c18", "", "так"),
    ]
    assert landed.counts("answers") == (8, 8, 0, 0)


def test_short_rows_have_no_answer_where_they_end_and_blank_lines_are_no_response(survey_home: Home) -> None:
    text = written(answer(1)[:11]) + "\r\n\r\n" + ";".join(answer("2")) + ";;\r\n"
    survey_home.file(FILE, text)
    landed = survey_home.land("survey")
    assert landed.rows("responses", "record_id", "origin") == [
        ("survey:1", f"{ORIGIN}3"),
        ("survey:2", f"{ORIGIN}6"),
    ]
    assert dict(landed.rows("answers", "record_id", "answer_position"))["survey:1:nps"] is None
    assert landed.refused == []


def test_export_without_ids_and_dates_gets_ids_of_its_content_and_the_week_of_the_region(survey_home: Home) -> None:
    columns = {role: header for role, header in ROLES.items() if role not in ("id", "submitted_at")}
    survey_home.describe(survey={**SURVEY, "columns": columns, "period": "2026-W46", "files": "{home}/survey.csv"})
    rows = [answer(number)[2:] for number in (1, 2, 3)]
    rows[2][-1] = "Иначе"
    survey_home.file("survey.csv", written(*rows, headers=HEADERS[2:]))
    first = survey_home.land("survey")
    assert first.counts("responses") == (3, 3, 0, 0)
    survey_home.file("survey.csv", written(*reversed(rows), headers=HEADERS[2:]))
    assert survey_home.land("survey").ids("responses") == first.ids("responses")
    assert survey_home.land("survey", "2026-W45").counts("responses") == (3, 0, 0, 3)


def test_files_of_several_exports_may_differ_in_columns_and_only_count_other_weeks(survey_home: Home) -> None:
    survey_home.describe(survey={**SURVEY, "files": "{home}/survey/*.csv"})
    survey_home.file("survey/1.csv", written(answer(1), answer(2, submitted_at="2026-11-01 09:00:00", office_id="C99")))
    survey_home.file("survey/2.csv", written([*answer(3), "ещё"], answer(1), headers=[*HEADERS, "Новый вопрос"]))
    landed = survey_home.land("survey")
    assert landed.counts("responses") == (4, 2, 1, 1)
    assert ("c14", "ещё") in landed.rows("answers", "question", "answer_text")


def test_hostile_texts_land_as_they_are(survey_home: Home) -> None:
    text = '=HYPERLINK("http://example.org");<script>\'); DROP TABLE answers; --\n../../etc/passwd'
    survey_home.file(FILE, written(answer("=1+1", comment=text)))
    landed = survey_home.land("survey")
    assert dict(landed.rows("answers", "record_id", "answer_text"))["survey:=1+1:comment"] == text
