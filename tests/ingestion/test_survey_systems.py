"""The same responses from every system land as the same rows."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from tests.ingestion.home import TOUCHPOINTS, Home
from tests.ingestion.survey_servers import PASSWORD, TOKEN, USER, FormbricksServer, LimeSurvey, serving

if TYPE_CHECKING:
    from collections.abc import Sequence

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
