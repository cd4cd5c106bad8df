"""Formbricks' management API over real HTTP, from a server that misbehaves."""

from __future__ import annotations

import json
import logging
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from ingestion import http
from tests.ingestion.survey_servers import TOKEN, FormbricksServer, serving
from tests.ingestion.test_survey_systems import brick_description
from tests.ingestion.web import body, cut, endless, silent, status

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.ingestion.home import Home

END = datetime(2026, 11, 15, 14, 30, tzinfo=UTC)  # half an hour before the week ends in Yakutsk


def response(hours_before: int, **changes: Any) -> dict[str, Any]:
    created = (END - timedelta(hours=hours_before)).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    row = {
        "id": f"r{hours_before:05d}",
        "surveyId": "srv1",
        "finished": True,
        "createdAt": created,
        "updatedAt": created,
        "data": {"Q1": "Легко", "NPS[SQ001]": 9},
        "contactAttributes": {"email": "who@example.org", "office": "C01"},
        "meta": {"url": "https://example.org/?user=1"},
        "variables": {"score": 3},
        "contactId": "k1",
    }
    return {**row, **changes}


@pytest.fixture
def bricks() -> Iterator[FormbricksServer]:
    with serving(FormbricksServer()) as server:
        yield server


@pytest.fixture
def bricks_home(home: Home, bricks: FormbricksServer, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("CX_SECRET_FORMBRICKS", TOKEN)
    monkeypatch.setattr(time, "sleep", lambda _seconds: None)
    home.describe(survey=brick_description(bricks, columns={"office_id": "contactAttributes.office"}, page=10))
    return home


@pytest.fixture
def ids(bricks: FormbricksServer) -> list[str]:
    """Responses before, in and after the week; the ids that must land."""
    bricks.responses = [response(hours) for hours in range(-15, 300, 5)]
    return [f"survey:r{hours:05d}" for hours in range(0, 168, 5)]


def test_pages_are_read_until_they_are_older_than_the_week(
    bricks_home: Home, bricks: FormbricksServer, ids: list[str]
) -> None:
    landed = bricks_home.land("survey")
    assert landed.ids("responses") == ids
    asked = len(bricks.asked)
    assert set(bricks.keys) == {TOKEN}
    bricks.responses += [response(hours) for hours in range(300, 9000)]
    again = bricks_home.land("survey")
    assert len(bricks.asked) - asked <= asked
    assert again.manifest == landed.manifest
    for name, frame in landed.frames.items():
        assert frame.equals(again.frames[name])


def test_newer_responses_do_not_change_the_load(bricks_home: Home, bricks: FormbricksServer, ids: list[str]) -> None:
    landed = bricks_home.land("survey")
    bricks.responses = [*[response(hours) for hours in range(-900, -30, 10)], *bricks.responses]
    assert bricks_home.land("survey").manifest == landed.manifest


@pytest.mark.parametrize("count", range(23))
def test_list_of_any_length_is_read_to_its_end(bricks_home: Home, bricks: FormbricksServer, count: int) -> None:
    bricks.responses = [response(hours) for hours in range(count)]
    assert bricks_home.land("survey").ids("responses") == [f"survey:r{hours:05d}" for hours in range(count)]


@pytest.mark.parametrize("added", [1, 9, 10, 25])
@pytest.mark.parametrize("page", [1, 2, 3])
def test_response_that_comes_while_they_are_read_doubles_and_hides_none(
    bricks_home: Home, bricks: FormbricksServer, ids: list[str], page: int, added: int
) -> None:
    fresh = [response(-20 - number) for number in range(added)]
    bricks.before_page[page + 1] = lambda: bricks.responses.__setitem__(slice(0, 0), fresh)
    landed = bricks_home.land("survey")
    assert landed.ids("responses") == ids
    assert landed.refused == []


@pytest.mark.parametrize("page", [1, 2, 3])
def test_response_that_is_deleted_while_they_are_read_hides_none(
    bricks_home: Home, bricks: FormbricksServer, ids: list[str], page: int
) -> None:
    bricks.before_page[page + 1] = lambda: bricks.responses.__delitem__(slice(0, 3))
    assert bricks_home.land("survey").ids("responses") == ids


def test_page_that_is_cut_short_hides_none(bricks_home: Home, bricks: FormbricksServer, ids: list[str]) -> None:
    bricks.faults["responses"] = [None, body(json.dumps({"data": bricks.responses[9:12]}))]
    assert bricks_home.land("survey").ids("responses") == ids
    bricks.faults["responses"] = [None, body(json.dumps({"data": bricks.responses[9:10]}))]
    assert bricks_home.land("survey").ids("responses") == ids


def test_list_that_keeps_shrinking_is_told(bricks_home: Home, bricks: FormbricksServer, ids: list[str]) -> None:
    bricks.faults["responses"] = [None, body('{"data": []}')] * 3
    landed = bricks_home.land("survey")
    assert landed.result.status == "no_source"
    assert "127.0.0.1: ответы меняются, пока их читают; повторите позже" in landed.result.messages[0]
    assert bricks_home.land("survey").ids("responses") == ids


def test_page_that_repeats_is_told(bricks_home: Home, bricks: FormbricksServer, ids: list[str]) -> None:
    page = body(json.dumps({"data": bricks.responses[:10]}))
    bricks.faults["responses"] = [page] * 50
    landed = bricks_home.land("survey")
    assert landed.result.status == "no_source"
    assert "127.0.0.1: страницы повторяются" in landed.result.messages[0]


@pytest.mark.parametrize(
    "fault", [status(500), status(429, Retry_After="1"), cut('{"data": []}'), body("{"), body(b"\xff"), body("")]
)
@pytest.mark.parametrize("page", [0, 2])
def test_fault_that_passes_loses_nothing(
    bricks_home: Home, bricks: FormbricksServer, ids: list[str], page: int, fault: Any
) -> None:
    bricks.faults["responses"] = [None] * page + [fault, fault, None, fault]
    assert bricks_home.land("survey").ids("responses") == ids


@pytest.mark.parametrize(
    ("fault", "part"),
    [
        (status(500), "ответ 500; так после 5 попыток"),
        (status(429), "ответ 429; так после 5 попыток"),
        (status(401), "ответ 401; ключ доступа не принят или истёк; обновите его"),
        (status(404), "ответ 404; проверьте адрес"),
        (cut('{"data": []}'), "нет ответа после 5 попыток"),
        (body('{"data": [{'), "не является JSON"),
        (body("[]"), "нет списка ответов (data)"),
        (body('{"data": {}}'), "нет списка ответов (data)"),
        (body(f'{{"code": "unauthorized", "message": "{TOKEN}"}}'), "нет списка ответов (data)"),
    ],
)
def test_fault_that_stays_is_no_source_with_one_line(
    bricks_home: Home, bricks: FormbricksServer, ids: list[str], fault: Any, part: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    bricks.faults["responses"] = [None, None, *[fault] * 5]
    landed = bricks_home.land("survey")
    assert landed.result.status == "no_source"
    assert part in landed.result.messages[0]
    assert TOKEN not in caplog.text + str(landed.manifest)
    bricks.faults.clear()
    assert bricks_home.land("survey").ids("responses") == ids


@pytest.mark.parametrize("fault", [silent, endless])
def test_slow_server_is_given_up(
    bricks_home: Home, bricks: FormbricksServer, monkeypatch: pytest.MonkeyPatch, fault: Any
) -> None:
    monkeypatch.setattr(http, "TIMEOUT_SECONDS", 0.1)
    monkeypatch.setattr(http, "MAX_PAGE_BYTES", 1024 * 1024)
    bricks.faults["responses"] = [fault] * 5
    assert bricks_home.land("survey").result.status == "no_source"


def test_answers_of_every_kind_are_texts_and_what_was_not_asked_has_none(
    bricks_home: Home, bricks: FormbricksServer
) -> None:
    data = {
        "Q1": "",
        "NPS[SQ001]": 7.0,
        "Q2": None,
        "many": ["Сайт", "Зал", ""],
        "consent": True,
        "half": 2.5,
        "grid": {"Очередь": "Да", "Зал": ""},
        "emoji": "\ud83d",
        "none": [],
    }
    bricks.responses = [response(1, data=data), response(2, data={})]
    landed = bricks_home.land("survey")
    assert dict(landed.rows("answers", "question", "answer_text")) == {
        "ces": None,
        "nps": "7",
        "c_many": "Сайт; Зал",
        "c_consent": "true",
        "c_half": "2.5",
        "c_grid / Очередь": "Да",
        "c_grid / Зал": None,
        "c_emoji": "?",
        "c_none": None,
    }
    assert landed.counts("answers") == (9, 9, 0, 0)
    assert landed.rows("responses", "record_id", "office_id") == [("survey:r00001", "C01"), ("survey:r00002", "C01")]


def test_contacts_and_browsers_land_only_where_the_region_names_them(
    bricks_home: Home, bricks: FormbricksServer
) -> None:
    columns = {"client": "contactId", "office_id": "contactAttributes.office"}
    questions = {"nps": {"header": "Балл", "code": "variables.score", "scale": [*range(11)]}}
    bricks_home.describe(survey=brick_description(bricks, columns=columns, questions=questions))
    bricks.responses = [response(1, data={})]
    landed = bricks_home.land("survey")
    assert landed.rows("answers", "question", "question_text", "answer_position") == [("nps", "Балл", 3)]
    assert landed.rows("responses", "client_key") not in ([(None,)], [("k1",)])


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        (response(51, createdAt="вчера"), "unreadable_date"),
        (response(51, createdAt=None), "unreadable_date"),
        (response(51, id=None), "missing_id"),
        (response(51, id=[1]), "missing_id"),
        (response(51, data=["Q1"]), "wrong_shape"),
        (response(51, data={"Q1": [["a"]]}), "wrong_shape"),
        (response(51, data={"grid": {"a": {"b": "c"}}}), "wrong_shape"),
        (response(51, contactAttributes={"office": "C99"}), "unknown_office"),
        (response(51, data={"NPS[SQ001]": 11}), None),
        ("ответ", "wrong_shape"),
        (None, "wrong_shape"),
    ],
)
def test_faulty_response_is_set_aside_alone(
    bricks_home: Home, bricks: FormbricksServer, ids: list[str], item: Any, reason: str | None
) -> None:
    bricks.responses.insert(20, item)
    landed = bricks_home.land("survey")
    assert set(ids) <= set(landed.ids("responses"))
    set_aside = landed.quarantine.select("entity", "reason").rows()
    assert set_aside[0] == (("responses", reason) if reason else ("answers", "unknown_code"))
    assert landed.counts("responses")[2] == (1 if reason else 0)


def test_question_that_nobody_was_asked_in_the_week_is_no_fault(bricks_home: Home, bricks: FormbricksServer) -> None:
    bricks.responses = [response(1, data={"Q3": "Спасибо"})]
    landed = bricks_home.land("survey")
    assert landed.rows("answers", "question", "answer_text") == [("comment", "Спасибо")]


def test_survey_of_thousands_of_fields_is_none(bricks_home: Home, bricks: FormbricksServer) -> None:
    bricks.responses = [response(1, data={f"x{number}": "1" for number in range(3000)})]
    assert "127.0.0.1: опрос srv1: полей в ответах больше 2000" in bricks_home.land("survey").result.messages[0]
