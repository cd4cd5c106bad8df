"""Zendesk's API over real HTTP, from a server that misbehaves, and with tickets that nobody should have made."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from ingestion import http
from ingestion.sources.contact_centre import zendesk
from tests.ingestion.survey_servers import serving
from tests.ingestion.web import body, cut, endless, silent, status
from tests.ingestion.zendesk_server import (
    ANNA,
    CLIENT,
    LOGIN,
    TOKEN,
    USER,
    ZendeskServer,
    at,
    audit,
    changed,
    comment,
    cursor_of,
    described,
    ticket,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.ingestion.home import Home

START = datetime(2026, 11, 9, tzinfo=UTC)
NAMES = ["export", "audits", "users"]


def moment(minutes: float) -> str:
    return (START + timedelta(minutes=minutes)).isoformat(timespec="seconds").replace("+00:00", "Z")


@pytest.fixture
def desk() -> Iterator[ZendeskServer]:
    with serving(ZendeskServer()) as server:
        yield server


@pytest.fixture
def desk_home(home: Home, desk: ZendeskServer, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setattr(zendesk, "TICKETS_OF_A_PAGE", 5)
    monkeypatch.setattr(zendesk, "AUDITS_OF_A_PAGE", 2)
    return described(home, desk, monkeypatch)


@pytest.fixture
def ids(desk: ZendeskServer) -> list[str]:
    """Seventeen conversations of the week; the ids that must land."""
    fill(desk, range(17))
    return landed_ids(range(17))


def fill(desk: ZendeskServer, numbers: Any, minutes: Any = lambda number: number * 60, **changes: Any) -> None:
    for number in numbers:
        created = moment(minutes(number))
        row = ticket(100 + number, created, **{"updated_at": created, **changes})
        desk.plant(row, audit(1000 + number, created, CLIENT, comment()))


def landed_ids(numbers: Any) -> list[str]:
    return [f"contact_centre:{100 + number}" for number in numbers]


def ids_of(home: Home) -> list[str]:
    return home.land("contact_centre").ids("conversations")


@pytest.mark.parametrize("count", [*range(12), 21])
def test_list_of_any_length_is_read_to_its_end(desk_home: Home, desk: ZendeskServer, count: int) -> None:
    fill(desk, range(count))
    assert ids_of(desk_home) == landed_ids(range(count))
    assert desk.asked.count("export") == max(1, -(-count // 5))


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5])
def test_history_of_any_length_is_read_to_its_end(desk_home: Home, desk: ZendeskServer, count: int) -> None:
    desk.plant(
        ticket(1, at(10, "01:00")), *(audit(n, at(10, f"0{n}:00"), ANNA, comment()) for n in range(1, count + 1))
    )
    landed = desk_home.land("contact_centre")
    assert landed.ids("messages") == [f"contact_centre:message:{n}01" for n in range(1, count + 1)]
    assert desk.asked.count("audits") == -(-count // 2)


def test_cost_does_not_grow_with_history(desk_home: Home, desk: ZendeskServer, ids: list[str]) -> None:
    assert ids_of(desk_home) == ids
    asked = list(desk.asked)
    fill(desk, range(500, 900), lambda number: -number * 600)
    assert ids_of(desk_home) == ids
    assert desk.asked == asked * 2
    assert (asked.count("audits"), asked.count("users")) == (17, 1)


def test_tickets_that_only_a_program_touched_or_that_came_later_cost_no_more(
    desk_home: Home, desk: ZendeskServer, ids: list[str]
) -> None:
    fill(desk, range(300, 320), lambda number: number * 6000)
    touched = [ticket(number, at(1, "00:00"), updated_at=at(2, "00:00")) for number in range(1, 4)]
    desk.faults["export"] = [body(json.dumps({"tickets": touched, "after_cursor": "00", "end_of_stream": False}))]
    assert ids_of(desk_home) == ids
    assert desk.asked.count("audits") == 17


@pytest.mark.parametrize("page", [1, 2, 3])
def test_tickets_that_come_or_change_while_they_are_read_double_and_hide_none(
    desk_home: Home, desk: ZendeskServer, ids: list[str], page: int
) -> None:
    def happen() -> None:
        fill(desk, range(900, 920), lambda number: number * 60)
        for row in desk.tickets[:17:3]:
            row["updated_at"] = "2026-11-20T00:00:00Z"

    desk.before_page[page + 1] = happen
    landed = desk_home.land("contact_centre")
    assert landed.ids("conversations") == ids
    assert landed.refused == []


@pytest.mark.parametrize("page", [1, 2, 3, 4])
def test_tickets_that_are_deleted_while_they_are_read_hide_none(
    desk_home: Home, desk: ZendeskServer, ids: list[str], page: int
) -> None:
    def happen() -> None:
        for row in desk.tickets[:5]:
            desk.audits.pop(str(row["id"]))
        del desk.tickets[:5]

    desk.before_page[page] = happen
    landed = desk_home.land("contact_centre")
    assert landed.result.status == "loaded"
    assert landed.ids("conversations") == ids[5:]


def test_ticket_whose_history_alone_is_gone_is_told(desk_home: Home, desk: ZendeskServer, ids: list[str]) -> None:
    desk.audits.pop("103")
    assert "127.0.0.1: ответ 404" in desk_home.land("contact_centre").result.messages[0]


def test_ticket_that_is_told_as_deleted_at_last_is_left_out(
    desk_home: Home, desk: ZendeskServer, ids: list[str]
) -> None:
    desk.tickets.append({**desk.tickets[0], "status": "deleted", "updated_at": at(20, "00:00")})
    assert ids_of(desk_home) == ids[1:]


@pytest.mark.parametrize("kept", [0, 2])
def test_page_that_is_cut_short_hides_none(desk_home: Home, desk: ZendeskServer, ids: list[str], kept: int) -> None:
    cursor = cursor_of(desk.tickets[4 + kept])
    page = {"tickets": desk.tickets[5 : 5 + kept], "after_cursor": cursor, "end_of_stream": False}
    desk.faults["export"] = [None, body(json.dumps(page))]
    assert ids_of(desk_home) == ids


@pytest.mark.parametrize("name", ["export", "audits"])
def test_page_that_repeats_is_told(desk_home: Home, desk: ZendeskServer, ids: list[str], name: str) -> None:
    pages = {
        "export": {"tickets": desk.tickets[:5], "after_cursor": cursor_of(desk.tickets[4]), "end_of_stream": False},
        "audits": {"audits": desk.audits["100"], "meta": {"has_more": True, "after_cursor": "0"}},
    }
    page = body(json.dumps(pages[name]))
    desk.faults[name] = [page, page, None]
    assert ids_of(desk_home) == ids
    desk.faults[name] = [page] * 50
    landed = desk_home.land("contact_centre")
    assert landed.result.status == "no_source"
    assert "127.0.0.1: страницы повторяются; проверьте источник" in landed.result.messages[0]


@pytest.mark.parametrize(
    "fault", [status(500), status(429, Retry_After="1"), cut("{}" * 99), body("{"), body(b"\xff"), body("")]
)
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("page", [0, 2])
def test_fault_that_passes_loses_nothing(
    desk_home: Home, desk: ZendeskServer, ids: list[str], name: str, page: int, fault: Any
) -> None:
    desk.faults[name] = [None] * page + [fault, fault, None, fault]
    assert ids_of(desk_home) == ids


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("fault", "part"),
    [
        (status(500), "ответ 500; так после 5 попыток"),
        (status(429), "ответ 429; так после 5 попыток"),
        (status(401), "ответ 401; ключ доступа не принят или истёк; обновите его"),
        (cut("{}" * 99), "нет ответа после 5 попыток"),
        (body('{"tickets": [{'), "не является JSON"),
        (body("[" * 100_000), "не является JSON"),
        (body("7"), "127.0.0.1: нет списка"),
        (body("[]"), "127.0.0.1: нет списка"),
        (body('{"tickets": {}, "audits": "нет", "users": null}'), "127.0.0.1: нет списка"),
        (body(f'{{"error": "Couldn\'t authenticate you {TOKEN}"}}'), "127.0.0.1: нет списка"),
    ],
)
def test_fault_that_stays_is_no_source_with_one_line(
    desk_home: Home,
    desk: ZendeskServer,
    ids: list[str],
    name: str,
    fault: Any,
    part: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    desk.faults[name] = [fault] * 5
    landed = desk_home.land("contact_centre")
    assert landed.result.status == "no_source"
    assert part in landed.result.messages[0]
    shown = caplog.text + str(landed.manifest) + str(landed.result.messages)
    assert not [secret for secret in (TOKEN, LOGIN, USER) if secret in shown]
    desk.faults.clear()
    assert ids_of(desk_home) == ids


@pytest.mark.parametrize(
    ("name", "page", "part"),
    [
        ("export", {"tickets": []}, "не сказано, последняя ли страница (end_of_stream)"),
        ("export", {"tickets": [], "end_of_stream": "no"}, "не сказано, последняя ли страница (end_of_stream)"),
        ("export", {"tickets": [], "end_of_stream": False}, "нет указателя следующей страницы (after_cursor)"),
        ("export", {"tickets": [], "end_of_stream": False, "after_cursor": 7}, "нет указателя следующей страницы"),
        ("audits", {"audits": []}, "не сказано, вся ли история обращения 100 (meta.has_more)"),
        ("audits", {"audits": [], "meta": [{}]}, "не сказано, вся ли история обращения 100 (meta.has_more)"),
        ("audits", {"audits": [], "meta": {"has_more": True}}, "нет указателя следующей страницы (after_cursor)"),
    ],
)
def test_page_of_a_wrong_shape_is_told(
    desk_home: Home, desk: ZendeskServer, ids: list[str], name: str, page: Any, part: str
) -> None:
    desk.faults[name] = [body(json.dumps(page))]
    landed = desk_home.land("contact_centre")
    assert landed.result.status == "no_source"
    assert f"127.0.0.1: {part}" in landed.result.messages[0]


@pytest.mark.parametrize("fault", [silent, endless])
@pytest.mark.parametrize("name", NAMES)
def test_slow_server_is_given_up(
    desk_home: Home, desk: ZendeskServer, ids: list[str], monkeypatch: pytest.MonkeyPatch, name: str, fault: Any
) -> None:
    monkeypatch.setattr(http, "TIMEOUT_SECONDS", 0.1)
    monkeypatch.setattr(http, "MAX_PAGE_BYTES", 1024 * 1024)
    desk.faults[name] = [fault] * 5
    assert desk_home.land("contact_centre").result.status == "no_source"


def test_missing_secret_is_told(desk_home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CX_SECRET_ZENDESK")
    assert "ключ доступа ZENDESK не задан" in desk_home.land("contact_centre").result.messages[0]


def test_accounts_are_asked_for_in_parts_and_those_left_out_once_more(
    desk_home: Home, desk: ZendeskServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(zendesk, "USERS_ASKED", 2)
    people = range(601, 606)
    desk.users += [{"id": number, "role": "agent"} for number in people] + [None, "кто", {"id": [1]}]
    desk.plant(ticket(1, at(10, "01:00")), *(audit(n, at(10, "02:00"), n, comment()) for n in people))
    desk.faults["users"] = [body('{"users": [null, "кто", {"id": [1]}, {"id": 5, "role": "agent"}]}')]
    assert desk_home.land("contact_centre").rows("messages", "author_type") == [("staff",)] * 5
    assert desk.asked.count("users") == 4  # three pairs, and the first of them again


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (ticket(None, moment(90)), "missing_id"),
        (ticket([1], moment(90)), "missing_id"),
        (ticket("../users/1", moment(90)), "missing_id"),
        (ticket(True, moment(90)), "missing_id"),
        (ticket(1.5, moment(90)), "missing_id"),
        (ticket(-7, moment(90)), "missing_id"),
        (ticket(10**30, moment(90)), "missing_id"),
        (ticket(50, "вчера"), "unreadable_date"),
        (ticket(50, None), "unreadable_date"),
        (ticket(50, {"a": 1}), "unreadable_date"),
        (ticket(50, moment(90), group_id=999), "unknown_office"),
        (ticket(50, moment(90), via={"channel": "голубь"}), "unknown_code"),
        ("обращение", "wrong_shape"),
        (None, "wrong_shape"),
        (7, "wrong_shape"),
        ([[["a"]]], "wrong_shape"),
    ],
)
def test_faulty_ticket_is_set_aside_alone(
    desk_home: Home, desk: ZendeskServer, ids: list[str], row: Any, reason: str
) -> None:
    if isinstance(row, dict):
        desk.plant(row)
    else:
        desk.tickets.append(row)
    landed = desk_home.land("contact_centre")
    assert landed.ids("conversations") == ids
    assert [(entity, why) for entity, why, _ in landed.refused] == [("conversations", reason)]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"id": None}, "missing_id"),
        ({"id": {"a": 1}}, "missing_id"),
        ({"public": None}, "wrong_shape"),
        ({"public": "да"}, "wrong_shape"),
        ({"body": ["a"]}, "wrong_shape"),
        ({"html_body": {"a": {"b": [None]}}}, "wrong_shape"),
    ],
)
def test_faulty_message_is_set_aside_alone(
    desk_home: Home, desk: ZendeskServer, ids: list[str], changes: dict[str, Any], reason: str
) -> None:
    desk.audits["103"].append(audit(5, moment(200), ANNA, comment(**changes)))
    landed = desk_home.land("contact_centre")
    assert landed.ids("conversations") == ids
    assert landed.counts("messages") == (18, 17, 1, 0)
    assert landed.refused == [("messages", reason, "127.0.0.1#103")]


@pytest.mark.parametrize(
    ("item", "entity", "reason"),
    [
        (audit(5, "вчера", ANNA, comment()), "messages", "unreadable_date"),
        (audit(5, None, ANNA, comment()), "messages", "unreadable_date"),
        (audit(5, 1794268800, ANNA, comment()), "messages", "unreadable_date"),
        (audit(5, "вчера", ANNA, changed("assignee_id", 8, 9)), "conversation_events", "unreadable_date"),
        (audit(None, moment(200), ANNA, changed("assignee_id", 8, 9)), "conversation_events", "missing_id"),
        (audit(None, moment(200), ANNA, changed("tags", [], ["спам"])), "conversation_events", "missing_id"),
        (audit(5, moment(200), ANNA, "событие"), "conversation_events", "wrong_shape"),
        (audit(5, moment(200), ANNA, None), "conversation_events", "wrong_shape"),
        (audit(5, moment(200), ANNA, events={"a": 1}), "conversation_events", "wrong_shape"),
        (audit(5, moment(200), ANNA, events=None), "conversation_events", "wrong_shape"),
        ("изменение", "conversation_events", "wrong_shape"),
        (None, "conversation_events", "wrong_shape"),
    ],
)
def test_faulty_audit_is_set_aside_alone(
    desk_home: Home, desk: ZendeskServer, ids: list[str], item: Any, entity: str, reason: str
) -> None:
    desk.audits["103"].append(item)
    landed = desk_home.land("contact_centre")
    assert landed.ids("conversations") == ids
    assert landed.refused == [(entity, reason, "127.0.0.1#103")]


def test_role_that_is_not_known_is_told(desk_home: Home, desk: ZendeskServer, ids: list[str]) -> None:
    desk.users.append({"id": 66, "role": "робот"})
    desk.audits["103"].append(audit(5, moment(200), 66, comment()))
    assert desk_home.land("contact_centre").refused == [("messages", "unknown_code", "127.0.0.1#103")]


def test_null_everywhere_and_nonsense_land_as_nothing(desk_home: Home, desk: ZendeskServer) -> None:
    nested: Any = "x"
    for _ in range(200):
        nested = [nested, {"a": nested}] if _ < 5 else [nested]
    desk.users += [dict.fromkeys(("id", "role", "external_id"), nested), {"id": 41, "role": nested}]
    bare, wild = (dict.fromkeys(ticket(1, ""), value) for value in (None, nested))
    nothing, nonsense = (dict.fromkeys((*comment(), *changed("status", "", "")), value) for value in (None, nested))
    steps = [{**changed(name, nested, nested), "via": nested} for name in ("status", "group_id", "assignee_id", "tags")]
    desk.plant({**bare, "id": 1, "created_at": moment(1)}, {**dict.fromkeys(audit(1, "", 1)), "events": [nothing, {}]})
    desk.plant(
        {**wild, "id": 2, "created_at": moment(2)},
        {**dict.fromkeys(audit(1, "", 1), nested), "events": [nonsense, *steps]},
        audit(3, moment(3), 41, {"type": "CommentPrivacyChange", "comment_id": nested, "public": nested}),
    )
    landed = desk_home.land("contact_centre")
    assert landed.rows("conversations", "record_id", "channel", "topic", "office_id") == [
        ("contact_centre:1", None, None, None),
        ("contact_centre:2", None, None, None),
    ]
    assert landed.refused == []


def test_hostile_texts_and_huge_numbers_land_as_they_are(desk_home: Home, desk: ZendeskServer) -> None:
    texts = ["=1+1", "'); DROP TABLE messages; --", "../../etc/passwd", "\ud83d", "1" * 4000]
    markup = "<script>alert(1)</script><p>Да<br>=1+1</p>"
    desk.plant(
        ticket(10**18, moment(1), subject="=cmd()"),
        audit(10**17, moment(2), CLIENT, *(comment(text) for text in texts), comment("Да", html_body=markup)),
        audit(4, moment(3), 10**19, comment(10**50)),
    )
    landed = desk_home.land("contact_centre")
    assert landed.rows("conversations", "record_id", "topic") == [(f"contact_centre:{10**18}", "=cmd()")]
    found = dict(landed.rows("messages", "record_id", "text"))
    assert len(found) == 7
    assert found[f"contact_centre:message:{10**19 + 6}"] == "Да\n=1+1"
    assert found[f"contact_centre:message:{10**19 + 2}"] == texts[1]
    assert landed.refused == []
