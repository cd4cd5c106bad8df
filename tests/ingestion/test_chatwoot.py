"""Chatwoot over real HTTP: the same conversations as our lines, from a server that misbehaves."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any

import pytest

from ingestion import http
from tests.ingestion.chatwoot_desk import Desk, content
from tests.ingestion.chatwoot_server import TOKEN
from tests.ingestion.desk_talks import at, seconds
from tests.ingestion.test_contact_centre import FILE, lines
from tests.ingestion.web import body, cut, silent, status

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.ingestion.home import Home


def test_conversations_are_those_of_the_same_week_in_lines(desk_home: Home, desk: Desk) -> None:
    landed = desk_home.land("contact_centre")
    assert landed.refused == []
    assert desk.server.keys == {desk.key}
    desk_home.describe(contact_centre={"files": "{home}/chats/{week}.jsonl", "default_touchpoint": "contact_centre"})
    desk_home.file(FILE, lines(*desk.lines))
    expected = desk_home.land("contact_centre")
    assert expected.refused == []
    assert content(landed) == content(expected)


def test_week_is_read_to_its_end_and_costs_no_more_with_a_long_history(desk_home: Home, desk: Desk) -> None:
    first = desk_home.land("contact_centre")
    asked = len(desk.server.asked)
    old = [one for one in desk.week if one["id"] == 7]
    desk.hold([*desk.week, *({**old[0], "id": number} for number in range(1000, 1500))])
    again = desk_home.land("contact_centre")
    assert len(desk.server.asked) == 2 * asked
    assert content(again) == content(first)
    assert again.manifest == first.manifest


def test_more_conversations_than_a_page_all_land(desk_home: Home, desk: Desk) -> None:
    spam = next(one for one in desk.week if one["id"] == 4)
    desk.hold([{**spam, "id": number} for number in range(1, 18)])
    landed = desk_home.land("contact_centre")
    assert sorted(landed.ids("conversations")) == sorted(f"contact_centre:{number}" for number in range(1, 18))


FAULTS = {
    "500": status(500),
    "429": status(429, Retry_After="1"),
    "cut": cut(json.dumps({"data": [1] * 100})),
    "wrong JSON": body("<html>"),
}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("page", ["list", "messages"])
def test_answer_that_fails_at_first_is_asked_for_again(desk_home: Home, desk: Desk, page: str, fault: str) -> None:
    whole = content(desk_home.land("contact_centre"))
    desk.server.faults[page] = [None, FAULTS[fault], FAULTS[fault]]
    landed = desk_home.land("contact_centre")
    assert landed.result.status == "loaded"
    assert content(landed) == whole


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (status(500), "ответ 500"),
        (status(401), "ключ доступа не принят или истёк"),
        (status(429), "ответ 429"),
        (cut("[1, 2, 3]"), "нет ответа"),
        (body("<html>"), "ответ не является JSON"),
        (silent, "нет ответа"),
    ],
    ids=["500", "401", "429", "cut", "wrong JSON", "silent"],
)
@pytest.mark.parametrize("page", ["list", "messages"])
def test_answer_that_never_comes_is_told_in_one_line_without_the_key(
    desk_home: Home,
    desk: Desk,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    page: str,
    fault: Any,
    told: str,
) -> None:
    monkeypatch.setattr(http, "TIMEOUT_SECONDS", 0.1)
    desk_home.land("contact_centre")
    desk.server.faults[page] = [fault] * http.ATTEMPTS
    with caplog.at_level(logging.DEBUG):
        landed = desk_home.land("contact_centre")
    assert landed.result.status == "no_source"
    assert len(landed.result.messages) == 1
    assert told in landed.result.messages[0]
    assert TOKEN not in landed.result.messages[0] + caplog.text


def test_page_that_repeats_is_told(desk_home: Home, desk: Desk) -> None:
    page = json.dumps({"payload": desk.week[0]["_messages"][-desk.server.page :]})
    desk.server.faults["messages"] = [None, body(page)]
    desk.hold([desk.week[0]])
    landed = desk_home.land("contact_centre")
    assert landed.result.status == "no_source"
    assert "страницы повторяются" in landed.result.messages[0]


def test_conversation_that_changes_while_they_are_read_hides_none(desk_home: Home, desk: Desk) -> None:
    whole = desk_home.land("contact_centre").ids("conversations")

    def touch() -> None:
        talk = desk.server.talks[5]
        talk.update(updated_at=at(14), last_activity_at=seconds(at(14)), _updated=seconds(at(14)))

    def answer(handler: Any) -> None:
        touch()
        handler.server.faults["list"] = []
        handler.server.get(handler)

    desk.server.faults["list"] = [None, answer]
    assert desk_home.land("contact_centre").ids("conversations") == whole


@pytest.mark.parametrize(
    "answer", ["[]", "{}", "null", '"x"', "7", '{"data": 5}', '{"tickets": {}}', '{"data": {"payload": "x"}}']
)
def test_answer_of_another_system_is_told(desk_home: Home, desk: Desk, answer: str) -> None:
    desk.server.faults["list"] = [body(answer)] * 10
    landed = desk_home.land("contact_centre")
    assert landed.result.status == "no_source"
    assert "нет списка обращений" in landed.result.messages[0]


HOSTILE = ["=1+1", "<script>alert(1)</script>", "9" * 400, -1, 1e300, True, None, [], {}, [[]], {"a": {"b": [None]}}]


@pytest.mark.parametrize("value", HOSTILE, ids=lambda value: str(value)[:20])
def test_whatever_stands_in_a_field_is_a_row_or_quarantined_and_the_others_land(
    desk_home: Home, desk: Desk, value: Any
) -> None:
    # the fifth was begun in the week before
    others = {f"contact_centre:{one['id']}" for one in desk.lines if one["id"] not in ("4", "5")}
    place = next(place for place, one in enumerate(desk.week) if one["id"] == 4)
    for spoil in _spoilt(desk.week[place], value):
        desk.hold([*desk.week[:place], spoil, *desk.week[place + 1 :]])
        landed = desk_home.land("contact_centre")
        assert landed.result.status == "loaded"
        assert others <= set(landed.ids("conversations"))
        assert landed.counts("conversations")[2] <= 1


def _spoilt(talk: dict[str, Any], value: Any) -> Iterator[dict[str, Any]]:
    """The conversation with each of its fields, and of the fields of what it holds, in turn replaced.

    Those by which the servers of these tests order and find what they have stay.
    """
    kept = ("id", "updated_at", "last_activity_at", "_updated")
    for name, held in talk.items():
        if name.startswith("_") and name != "_tags" and isinstance(held, list):
            for field in held[0] if held else ():
                if field != "id":
                    yield {**talk, name: [{**held[0], field: value}, *held[1:]]}
        elif name not in kept and not (name == "created_at" and isinstance(held, str) and not isinstance(value, str)):
            yield {**talk, name: value}
