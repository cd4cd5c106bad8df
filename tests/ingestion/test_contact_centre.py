"""Conversations as JSON lines with faults in them."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.ingestion.home import Home

FILE = "chats/2026-W46.jsonl"
ORIGIN = f"{FILE}#"


def message(number: Any = "m1", **changes: Any) -> dict[str, Any]:
    return {
        "id": number,
        "author": "client",
        "author_id": None,
        "public": True,
        "at": "2026-11-10T09:00:00+09:00",
        "text": "Здравствуйте",
        **changes,
    }


def talk(number: Any = "K1", **changes: Any) -> dict[str, Any]:
    return {
        "id": number,
        "office_id": "C01",
        "channel": "chat",
        "service": None,
        "touchpoint": None,
        "client_group": "job_seeker",
        "client_id": "112-233-445 95",
        "topic": "справка",
        "initiated_by": "client",
        "created_at": "2026-11-10T09:00:00+09:00",
        "ended_at": None,
        "messages": [message(f"{number}-1")],
        "events": [{"id": f"{number}-e", "type": "solved", "at": "2026-11-11T09:00:00+09:00"}],
        **changes,
    }


def lines(*talks: Any) -> bytes:
    return "".join(f"{json.dumps(one, ensure_ascii=False)}\n" for one in talks).encode()


def test_conversations_messages_and_events_land(chat_home: Home) -> None:
    chat_home.file(FILE, lines(talk(), talk("K2", touchpoint="site", office_id="C02"), talk("K3", touchpoint="луна")))
    landed = chat_home.land("contact_centre")
    columns = ("record_id", "office_id", "channel", "touchpoint", "touchpoint_code", "received_at", "origin")
    assert landed.rows("conversations", *columns) == [
        ("contact_centre:K1", "C01", "chat", "contact_centre", None, datetime(2026, 11, 10), f"{ORIGIN}1"),
        ("contact_centre:K2", "C02", "chat", "site", "site", datetime(2026, 11, 10), f"{ORIGIN}2"),
        ("contact_centre:K3", "C01", "chat", None, "луна", datetime(2026, 11, 10), f"{ORIGIN}3"),
    ]
    assert landed.rows("messages", "record_id", "interaction_id", "author_type", "text")[0] == (
        "contact_centre:message:K1-1",
        "contact_centre:K1",
        "client",
        "Здравствуйте",
    )
    assert landed.rows("conversation_events", "record_id", "event_type")[0] == ("contact_centre:event:K1-e", "solved")
    assert landed.refused == []


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"id": None}, "missing_id"),
        ({"id": " "}, "missing_id"),
        ({"id": "K1"}, "duplicate"),
        ({"office_id": "C99"}, "unknown_office"),
        ({"channel": "голубь"}, "unknown_code"),
        ({"service": "полёт"}, "unknown_code"),
        ({"client_group": "никто"}, "unknown_code"),
        ({"initiated_by": "судьба"}, "unknown_code"),
        ({"created_at": "10.11.2026 09:00"}, "unreadable_date"),
        ({"created_at": 1794268800}, "unreadable_date"),
        ({"created_at": "2026-11-10T09:00:00"}, "unreadable_date"),
        ({"created_at": None}, "unreadable_date"),
        ({"ended_at": "потом"}, "unreadable_date"),
        ({"ended_at": "9999-01-01T00:00:00+09:00"}, "unreadable_date"),
    ],
)
def test_faulty_conversation_is_quarantined(chat_home: Home, changes: dict[str, Any], reason: str) -> None:
    chat_home.file(FILE, lines(talk("K1"), talk("K2", **changes)))
    landed = chat_home.land("contact_centre")
    assert landed.ids("conversations") == ["contact_centre:K1"]
    assert ("conversations", reason, f"{ORIGIN}2") in landed.refused


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"id": None}, "missing_id"),
        ({"id": "K1-1"}, "duplicate"),
        ({"author": "призрак"}, "unknown_code"),
        ({"at": "вчера"}, "unreadable_date"),
        ({"at": None}, "unreadable_date"),
    ],
)
def test_faulty_message_is_quarantined_and_its_conversation_lands(
    chat_home: Home, changes: dict[str, Any], reason: str
) -> None:
    chat_home.file(FILE, lines(talk("K1", messages=[message("K1-1"), {**message("K1-2"), **changes}])))
    landed = chat_home.land("contact_centre")
    assert landed.ids("conversations") == ["contact_centre:K1"]
    assert landed.counts("messages") == (2, 1, 1, 0)
    assert landed.refused == [("messages", reason, f"{ORIGIN}1")]


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        ({"id": "e", "type": "улетел", "at": "2026-11-11T09:00:00+09:00"}, "unknown_code"),
        ({"id": "e", "at": "2026-11-11T09:00:00+09:00"}, "unknown_code"),
        ({"id": "e", "type": "solved", "at": "нет"}, "unreadable_date"),
        ({"type": "solved", "at": "2026-11-11T09:00:00+09:00"}, "missing_id"),
        ({}, "unknown_code"),
    ],
)
def test_faulty_event_is_quarantined(chat_home: Home, event: dict[str, Any], reason: str) -> None:
    chat_home.file(FILE, lines(talk(events=[event])))
    landed = chat_home.land("contact_centre")
    assert landed.counts("conversation_events") == (1, 0, 1, 0)
    assert landed.refused == [("conversation_events", reason, f"{ORIGIN}1")]


def test_hand_over_lands_with_its_direction_when_the_export_tells_it(chat_home: Home) -> None:
    moment = "2026-11-11T09:00:00+09:00"
    events = [
        {"id": "1", "type": "transferred", "at": moment, "direction": "side", "automatic": True},
        {"id": "2", "type": "transferred", "at": moment, "direction": " up ", "automatic": False},
        {"id": "3", "type": "transferred", "at": moment},
        {"id": "4", "type": "transferred", "at": moment, "direction": "вниз", "automatic": False},
    ]
    chat_home.file(FILE, lines(talk(events=events)))
    landed = chat_home.land("contact_centre")
    assert landed.rows("conversation_events", "direction", "is_automatic") == [
        ("side", True),
        ("up", False),
        (None, None),
    ]
    assert landed.refused == [("conversation_events", "unknown_code", f"{ORIGIN}1")]


def test_only_what_happened_in_the_week_lands_by_the_zone_of_the_centre(chat_home: Home) -> None:
    old = "2026-11-01T09:00:00+09:00"
    monday = "2026-11-09T00:00:00+10:00"  # in Yakutsk it is still Sunday
    chat_home.file(
        FILE,
        lines(
            talk("K1", created_at=old, messages=[message("a", at=old), message("b", at="2026-11-10T00:00:00Z")]),
            talk("K2", created_at=monday, messages=[message("c", at=monday)], events=None),
            talk("K3", office_id="C02", created_at=monday, messages=[message("d", at=monday)], events=[]),
        ),
    )
    landed = chat_home.land("contact_centre")
    assert landed.ids("conversations") == ["contact_centre:K3"]
    assert landed.ids("messages") == ["contact_centre:message:b", "contact_centre:message:d"]
    assert landed.counts("conversations") == (3, 1, 0, 2)
    assert landed.counts("messages") == (4, 2, 0, 2)
    assert landed.counts("conversation_events") == (1, 1, 0, 0)


def test_repeated_line_counts_once_and_what_it_adds_is_not_lost(chat_home: Home) -> None:
    longer = talk("K1", messages=[message("K1-1"), message("K1-2")])
    chat_home.file(FILE, lines(talk("K1"), longer, longer))
    landed = chat_home.land("contact_centre")
    assert landed.counts("conversations") == (3, 1, 2, 0)
    assert landed.ids("messages") == ["contact_centre:message:K1-1", "contact_centre:message:K1-2"]
    assert landed.counts("messages") == (2, 2, 0, 0)
    assert landed.counts("conversation_events") == (1, 1, 0, 0)


def test_messages_of_conversations_without_an_id_are_quarantined_with_them(chat_home: Home) -> None:
    chat_home.file(FILE, lines(talk("K1"), talk(None, messages=[message("a")]), talk(None, messages=[message("b")])))
    landed = chat_home.land("contact_centre")
    assert landed.counts("conversations") == (3, 1, 2, 0)
    assert landed.counts("messages") == (3, 1, 2, 0)


def test_conversation_without_messages_lands(chat_home: Home) -> None:
    bare = {name: value for name, value in talk("K3").items() if name not in ("messages", "events")}
    chat_home.file(FILE, lines(talk("K1", messages=None, events=None), talk("K2", messages=[None], events=[]), bare))
    landed = chat_home.land("contact_centre")
    assert landed.counts("conversations") == (3, 3, 0, 0)
    assert landed.counts("messages") == (0, 0, 0, 0)


def test_huge_numbers_and_other_types_are_read_as_text(chat_home: Home) -> None:
    chat_home.file(
        FILE,
        lines(
            talk(12345678901234567890123),
            talk(12345678901234567890124, topic=["a", 1], messages=[message(7, text=1.5)]),
        ),
    )
    landed = chat_home.land("contact_centre")
    assert landed.rows("conversations", "record_id", "topic") == [
        ("contact_centre:12345678901234567890123", "справка"),
        ("contact_centre:12345678901234567890124", '["a", 1]'),
    ]
    assert ("contact_centre:message:7", "1.5") in landed.rows("messages", "record_id", "text")


def test_hostile_texts_land_as_they_are(chat_home: Home) -> None:
    text = "<script>alert(1)</script>\n'); DROP TABLE messages; -- =1+1 ../../etc/passwd \u0000 😀"
    chat_home.file(FILE, lines(talk("../K1", messages=[message("m", text=text)])))
    landed = chat_home.land("contact_centre")
    assert landed.rows("messages", "interaction_id", "text") == [("contact_centre:../K1", text)]
