"""LimeSurvey's RemoteControl 2 over real HTTP, from a server that misbehaves."""

from __future__ import annotations

import logging
import time
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from ingestion import http
from tests.ingestion.survey_servers import PASSWORD, LimeSurvey, encoded, result, serving
from tests.ingestion.test_survey_systems import lime_description
from tests.ingestion.web import body, cut, endless, silent, status

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.ingestion.home import Home

START = datetime(2025, 1, 1, 12)  # of a history in which a response is begun every hour
FIRST_OF_WEEK = (datetime(2026, 11, 9) - START) // timedelta(hours=1)
NEXT_WEEK = FIRST_OF_WEEK + 7 * 24


def response(number: int, **changes: Any) -> dict[str, Any]:
    begun = START + timedelta(hours=number)
    row = {
        "id": str(number),
        "submitdate": f"{begun + timedelta(minutes=3)}",
        "lastpage": "2",
        "startdate": f"{begun}",
        "datestamp": f"{begun + timedelta(minutes=3)}",
        "ipaddr": "10.0.0.7",
        "email": "who@example.org",
        "office": "C01",
        "Q1": "A3",
        "NPS[SQ001]": "10",
        "Q2": None,
        "Q3": "",
        "Q9": "Да",
    }
    return {**row, **changes}


@pytest.fixture
def lime() -> Iterator[LimeSurvey]:
    with serving(LimeSurvey()) as server:
        yield server


@pytest.fixture
def lime_home(home: Home, lime: LimeSurvey, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("CX_SECRET_LIMESURVEY", PASSWORD)
    monkeypatch.setattr(time, "sleep", lambda _seconds: None)
    home.describe(survey=lime_description(lime, columns={"office_id": "office"}))
    return home


@pytest.fixture
def week_of_four(lime: LimeSurvey) -> list[str]:
    """Responses of the week and their neighbours; the ids that must land."""
    numbers = (FIRST_OF_WEEK - 1, FIRST_OF_WEEK, FIRST_OF_WEEK + 50, NEXT_WEEK - 60, NEXT_WEEK - 1, NEXT_WEEK)
    lime.responses = {number: response(number) for number in numbers}
    return [f"survey:{number}" for number in numbers[1:-1]]


@pytest.mark.parametrize("length", [20_000, 100_000])
@pytest.mark.parametrize("gaps", [0, 10_000])
def test_only_the_week_is_asked_for_however_long_the_history(
    lime_home: Home, lime: LimeSurvey, length: int, gaps: int
) -> None:
    lime.responses = {number: response(number) for number in range(gaps + 1, length)}
    landed = lime_home.land("survey")
    assert landed.ids("responses") == [f"survey:{number}" for number in range(FIRST_OF_WEEK, NEXT_WEEK)]
    # probes by halving, two weeks and a half backwards
    assert lime.served < 25 * 200
    assert len(lime.asked) < 45
    # what is read beside the week, a day on either side, is of another week
    assert landed.counts("responses") == (9 * 24, 7 * 24, 0, 2 * 24)


def test_week_at_the_end_of_the_history_costs_two_windows(lime_home: Home, lime: LimeSurvey) -> None:
    lime.responses = {number: response(number) for number in range(1, NEXT_WEEK)}
    assert lime_home.land("survey").counts("responses")[1] == 168
    assert lime.served < 12 * 200


@pytest.mark.parametrize("numbers", [[], [3], [900_000], [*range(5000, 5300), 70_000, 2_000_000_000]])
def test_other_histories_are_read_to_their_end(lime_home: Home, lime: LimeSurvey, numbers: list[int]) -> None:
    lime.responses = {
        number: {**response(FIRST_OF_WEEK + place % 160), "id": number} for place, number in enumerate(numbers)
    }
    assert sorted(lime_home.land("survey").ids("responses")) == sorted(f"survey:{number}" for number in numbers)


@pytest.mark.parametrize("numbers", [range(1, 400), range(NEXT_WEEK + 100, NEXT_WEEK + 900)])
def test_week_without_responses_is_a_true_zero(lime_home: Home, lime: LimeSurvey, numbers: range) -> None:
    lime.responses = {number: response(number) for number in numbers}
    landed = lime_home.land("survey")
    assert (landed.result.status, landed.counts("responses")) == ("loaded", (0, 0, 0, 0))


def test_response_begun_before_the_week_and_sent_in_it_is_found(lime_home: Home, lime: LimeSurvey) -> None:
    lime.responses = {number: response(number) for number in range(FIRST_OF_WEEK - 900, NEXT_WEEK)}
    late = FIRST_OF_WEEK - 13 * 24
    lime.responses[late]["submitdate"] = "2026-11-10 09:00:00"
    assert f"survey:{late}" in lime_home.land("survey").ids("responses")


def test_unfinished_response_that_is_finished_in_a_later_week_is_not_doubled(lime_home: Home, lime: LimeSurvey) -> None:
    lime.responses = {FIRST_OF_WEEK: response(FIRST_OF_WEEK, submitdate=None, Q1=None)}
    landed = lime_home.land("survey")
    assert landed.rows("responses", "record_id", "is_complete") == [(f"survey:{FIRST_OF_WEEK}-unfinished", False)]
    lime.responses[FIRST_OF_WEEK] |= {"submitdate": "2026-11-17 09:00:00", "Q1": "A3"}
    assert lime_home.land("survey", "2026-W47").rows("responses", "record_id", "is_complete") == [
        (f"survey:{FIRST_OF_WEEK}", True)
    ]
    assert lime_home.land("survey").ids("responses") == []


def test_fields_of_the_system_never_land_and_unknown_questions_do(
    lime_home: Home, lime: LimeSurvey, week_of_four: list[str]
) -> None:
    landed = lime_home.land("survey")
    asked = [row for row in landed.rows("answers", "record_id", "answer_text") if row[0].startswith(week_of_four[0])]
    assert asked == [(f"{week_of_four[0]}:{code}", text) for code, text in
                     (("c_Q9", "Да"), ("ces", "Легко"), ("comment", None), ("nps", "10"))]  # fmt: skip


def test_load_does_not_depend_on_sessions_and_on_newer_responses(
    lime_home: Home, lime: LimeSurvey, week_of_four: list[str]
) -> None:
    first = lime_home.land("survey")
    assert first.ids("responses") == week_of_four
    lime.responses |= {number: response(number) for number in range(NEXT_WEEK + 100, NEXT_WEEK + 900)}
    again = lime_home.land("survey")
    for name, frame in first.frames.items():
        assert frame.equals(again.frames[name])
    assert first.manifest == again.manifest


@pytest.mark.parametrize(
    "fault",
    [
        status(500),
        status(503),
        status(429, Retry_After="1"),
        cut('{"result": "x"}'),
        body("{"),
        body(b"\xff"),
        body(""),
    ],
)
@pytest.mark.parametrize("method", ["get_session_key", "export_responses"])
def test_fault_that_passes_loses_nothing(
    lime_home: Home, lime: LimeSurvey, week_of_four: list[str], method: str, fault: Any
) -> None:
    lime.faults[method] = [fault, fault, None, fault]
    assert lime_home.land("survey").ids("responses") == week_of_four
    assert lime.sessions == set()


@pytest.mark.parametrize(
    ("fault", "part"),
    [
        (status(500), "ответ 500; так после 5 попыток; повторите позже"),
        (status(429), "ответ 429"),
        (status(404), "ответ 404; проверьте адрес"),
        (cut('{"result": "x"}'), "нет ответа после 5 попыток"),
        (body("<html>"), "не является JSON"),
        (body("[" * 100_000), "не является JSON"),
        (body("[]"), "это не ответ RemoteControl 2"),
        (result(None, "server error"), "LimeSurvey не выполнил export_responses"),
        (result("не base64!"), "выгрузка не читается"),
        (result(["eyJ9"]), "выгрузка не читается"),
        (result("eyJyZXNwb25zZXMi"), "выгрузка не читается"),
        (result(None), "выгрузка не читается"),
        (result("W10="), "в выгрузке нет списка ответов"),
        (result(encoded(["текст"])), "в выгрузке нет списка ответов"),
        (result(encoded([response(5)])), "пришли не те ответы"),
        (result(encoded([response(5, id="пять")])), "пришли не те ответы"),
        (result(encoded([response(5, id="9" * 5000)])), "пришли не те ответы"),
        (result({"status": "No permission"}), "нет права выгружать ответы"),
        (result({"status": "No Data, survey table does not exist."}), "опрос не запущен или удалён"),
        (result({"status": f"Отказ: {PASSWORD}\nвторая строка"}), "LimeSurvey отказал"),
    ],
)
def test_fault_that_stays_is_no_source_with_one_line_and_the_session_is_given_back(
    lime_home: Home, lime: LimeSurvey, week_of_four: list[str], fault: Any, part: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    lime.faults["export_responses"] = [None, None, *[fault] * 5]
    landed = lime_home.land("survey")
    assert landed.result.status == "no_source"
    assert part in landed.result.messages[0]
    assert landed.counts("responses") == (0, 0, 0, 0)
    assert lime.asked[-1] == "release_session_key"
    assert lime.sessions == set()
    for secret in (PASSWORD, "session-key"):
        assert secret not in caplog.text + str(landed.manifest)
    lime.faults.clear()
    assert lime_home.land("survey").ids("responses") == week_of_four


def test_page_that_repeats_is_told(lime_home: Home, lime: LimeSurvey) -> None:
    lime.responses = {number: response(number) for number in range(FIRST_OF_WEEK - 900, NEXT_WEEK)}
    page = result(encoded([lime.responses[number] for number in range(NEXT_WEEK - 200, NEXT_WEEK)]))
    lime.faults["export_responses"] = [None] * 12 + [page] * 3
    landed = lime_home.land("survey")
    assert landed.result.status == "no_source"
    assert "пришли не те ответы, что запрошены (повтор)" in landed.result.messages[0]


def test_session_that_expires_is_renewed_once(lime_home: Home, lime: LimeSurvey, week_of_four: list[str]) -> None:
    expired = result({"status": "Invalid session key"})
    lime.faults["export_responses"] = [None, expired]
    assert lime_home.land("survey").ids("responses") == week_of_four
    assert lime.asked.count("get_session_key") == 2
    lime.faults["export_responses"] = [None, expired, None, expired]
    landed = lime_home.land("survey")
    assert landed.result.status == "no_source"
    assert "127.0.0.1: опрос 77: сеанс истёк дважды; повторите позже" in landed.result.messages[0]


@pytest.mark.parametrize(
    ("answer", "part"),
    [
        ({"status": "Invalid user name or password"}, "вход не удался; проверьте user и пароль в CX_SECRET_LIMESURVEY"),
        (
            {"status": "You have exceeded the number of maximum login attempts. Please wait 10 minutes"},
            "через 10 минут",
        ),
        (None, "вход не удался"),
        ("", "вход не удался"),
    ],
)
def test_login_that_fails_is_told(lime_home: Home, lime: LimeSurvey, answer: Any, part: str) -> None:
    lime.faults["get_session_key"] = [result(answer)]
    landed = lime_home.land("survey")
    assert landed.result.status == "no_source"
    assert part in landed.result.messages[0]
    assert lime.asked == ["get_session_key"]


def test_secret_that_is_not_set_is_told(lime_home: Home, lime: LimeSurvey, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CX_SECRET_LIMESURVEY")
    assert "задайте переменную окружения CX_SECRET_LIMESURVEY" in lime_home.land("survey").result.messages[0]
    assert lime.asked == []


@pytest.mark.parametrize("fault", [silent, endless])
def test_slow_server_is_given_up(
    lime_home: Home, lime: LimeSurvey, monkeypatch: pytest.MonkeyPatch, fault: Any
) -> None:
    monkeypatch.setattr(http, "TIMEOUT_SECONDS", 0.1)
    monkeypatch.setattr(http, "MAX_PAGE_BYTES", 1024 * 1024)
    lime.faults["get_session_key"] = [fault] * 5
    landed = lime_home.land("survey")
    assert landed.result.status == "no_source"
    assert landed.result.messages[0].startswith("2026-W46: 127.0.0.1: ")


def test_question_that_the_survey_has_not_is_told(lime_home: Home, lime: LimeSurvey, week_of_four: list[str]) -> None:
    for row in lime.responses.values():
        row["Q1a"] = row.pop("Q1")
    landed = lime_home.land("survey")
    assert "127.0.0.1: опрос 77: нет полей Q1; проверьте коды вопросов" in landed.result.messages[0]


def test_survey_that_keeps_no_dates_is_told(lime_home: Home, lime: LimeSurvey) -> None:
    lime.responses = {5: response(5, submitdate="1980-01-01 00:00:00")}
    del lime.responses[5]["startdate"], lime.responses[5]["datestamp"]
    assert "опрос не хранит дат ответов" in lime_home.land("survey").result.messages[0]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"submitdate": "вчера"}, "unreadable_date"),
        ({"submitdate": "2026-11-10 99:00:00"}, "unreadable_date"),
        ({"office": "C99"}, "unknown_office"),
        ({"Q3": {"a": [1]}}, "wrong_shape"),
        ({"Q3": [["a"]]}, "wrong_shape"),
    ],
)
def test_faulty_response_is_set_aside_alone(
    lime_home: Home, lime: LimeSurvey, week_of_four: list[str], changes: dict[str, Any], reason: str
) -> None:
    lime.responses[FIRST_OF_WEEK] |= changes
    landed = lime_home.land("survey")
    assert landed.ids("responses") == week_of_four[1:]
    assert ("responses", reason, f"127.0.0.1#{FIRST_OF_WEEK}") in landed.refused


def test_answer_code_beside_the_scale_is_set_aside(lime_home: Home, lime: LimeSurvey, week_of_four: list[str]) -> None:
    lime.responses[FIRST_OF_WEEK]["Q1"] = "A4"
    landed = lime_home.land("survey")
    assert landed.refused == [("answers", "unknown_code", f"127.0.0.1#{FIRST_OF_WEEK}")]
