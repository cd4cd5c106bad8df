"""Chatwoot while people work in it: nothing is lost, doubled, or taken for what it is not."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import pytest

from tests.ingestion.chatwoot_desk import Desk, content
from tests.ingestion.chatwoot_talks import chat, line
from tests.ingestion.desk_talks import ANNA, CLIENT, at, seconds
from tests.ingestion.web import body

if TYPE_CHECKING:
    from http.server import BaseHTTPRequestHandler

    from tests.ingestion.home import Home, Landed

STAFF, PERSON = (ANNA, "user"), (CLIENT, "contact")


def held(desk: Desk, *messages: dict[str, Any], **more: Any) -> None:
    """One conversation, begun on the ninth."""
    desk.hold([chat(1, at(9), at(12), *messages, **more)])


def events(landed: Landed) -> list[tuple[Any, ...]]:
    return landed.rows("conversation_events", "record_id", "event_type", "direction", "is_automatic")


@pytest.mark.parametrize("place", [1, 2, 3])
@pytest.mark.parametrize("change", ["empty", "shorter", "repeated"])
def test_page_of_the_list_that_is_not_whole_for_once_loses_nothing(
    desk_home: Home, desk: Desk, change: str, place: int
) -> None:
    whole = desk_home.land("contact_centre")
    desk.server.spoil("list", place, change)
    landed = desk_home.land("contact_centre")
    assert landed.result.status == "loaded"
    assert content(landed) == content(whole)
    assert landed.manifest == whole.manifest


@pytest.mark.parametrize("change", ["empty", "shorter"])
def test_list_that_never_comes_whole_is_told(desk_home: Home, desk: Desk, change: str) -> None:
    desk.server.spoil("list", 1, change, for_ever=True)
    landed = desk_home.land("contact_centre")
    assert landed.result.status == "no_source"
    assert "страницы приходят не целиком" in landed.result.messages[0]


def test_list_is_read_in_either_of_its_shapes(desk_home: Home, desk: Desk) -> None:
    whole = content(desk_home.land("contact_centre"))
    desk.server.is_wrapped = True
    assert content(desk_home.land("contact_centre")) == whole


def test_server_that_does_not_count_is_told(desk_home: Home, desk: Desk) -> None:
    desk.server.faults["list"] = [body('{"meta": {}, "payload": []}')]
    assert "meta.all_count" in desk_home.land("contact_centre").result.messages[0]


@pytest.mark.parametrize("place", [1, 2])
def test_page_of_messages_that_is_empty_for_once_loses_nothing(desk_home: Home, desk: Desk, place: int) -> None:
    held(desk, *(line(number, 0, at(9, number), "Где?", PERSON) for number in range(9, 15)))
    whole = content(desk_home.land("contact_centre"))
    assert len(whole["messages"]) == 6
    desk.server.spoil("messages", place, "empty")
    assert content(desk_home.land("contact_centre")) == whole


def test_conversation_deleted_after_it_was_listed_takes_no_other_with_it(desk_home: Home, desk: Desk) -> None:
    whole = desk_home.land("contact_centre").ids("conversations")

    def delete(handler: BaseHTTPRequestHandler) -> None:
        desk.server.talks.pop(1)
        desk.server.get(handler)

    desk.server.faults["messages"] = [delete]
    landed = desk_home.land("contact_centre")
    assert landed.result.status == "loaded"
    assert landed.ids("conversations") == [one for one in whole if one != "contact_centre:1"]


@pytest.mark.parametrize("number", ["../../2", "2?x=1", "2#", 0, -4, 1.5, True, None, [], "²"])
def test_number_that_is_none_is_no_part_of_an_address(desk_home: Home, desk: Desk, number: Any) -> None:
    desk.hold([*desk.week, chat(0, at(9), at(10), line(999, 0, at(9), "Где?", PERSON))])
    desk.server.talks[0]["id"] = number
    landed = desk_home.land("contact_centre")
    assert sorted(landed.ids("conversations")) == [
        f"contact_centre:{one['id']}" for one in desk.lines if one["id"] != "5"
    ]
    assert [reason for _, reason, _ in landed.refused] == ["wrong_shape"]


def test_what_happens_beside_the_week_is_no_other_input(desk_home: Home, desk: Desk) -> None:
    first = desk_home.land("contact_centre")
    talk = desk.server.talks[1]
    talk.update(unread_count=0, agent_last_seen_at=seconds(at(12)), last_activity_at=seconds(at(25)))
    talk["_messages"].append(line(200, 0, at(25), "Спасибо", PERSON))
    again = desk_home.land("contact_centre")
    assert again.manifest["inputs"] == first.manifest["inputs"]
    assert content(again) == content(first)


def test_client_and_employee_of_one_number_are_two(desk_home: Home, desk: Desk) -> None:
    held(desk, line(1, 0, at(9), "Где?", PERSON), line(2, 1, at(9, 10), "Здесь", (CLIENT, "user")))
    landed = desk_home.land("contact_centre")
    client, staff = landed.rows("messages", "author_key")
    assert client != staff
    assert landed.rows("conversations", "client_key") == [client]


def test_client_whom_the_region_knows_writes_under_that_name(desk_home: Home, desk: Desk) -> None:
    desk.describe(desk_home, fields={"office_id": "inbox_id", "client_id": "custom_attributes.person"})
    held(
        desk,
        line(1, 0, at(9), "Где?", PERSON),
        line(2, 0, at(9, 10), "И где?", (72, "contact")),  # another person in the same conversation
        custom_attributes={"person": "П-7"},
    )
    landed = desk_home.land("contact_centre")
    (client,) = landed.rows("conversations", "client_key")
    first, second = landed.rows("messages", "author_key")
    assert first == client
    assert second not in (client, (None,))


def test_opened_after_a_pause_is_not_reopened_and_solved_twice_is_solved_once(desk_home: Home, desk: Desk) -> None:
    lines = [
        "Conversation was snoozed by Анна",
        "Conversation was reopened by Анна",
        "Conversation was marked resolved by Анна",
        "Conversation was marked resolved by Анна",
        "Conversation was reopened by Анна",
        "Conversation was reopened by Анна",
    ]
    held(desk, *(line(number, 2, at(9, 9 + number), text) for number, text in enumerate(lines, 1)))
    assert [(name, kind) for name, kind, _, _ in events(desk_home.land("contact_centre"))] == [
        ("contact_centre:event:activity-3", "solved"),
        ("contact_centre:event:activity-5", "reopened"),
    ]


@pytest.mark.parametrize(
    ("lines", "handed_over"),
    [
        (["Assigned to Первая by Анна", "Анна self-assigned this conversation"], []),  # from the own team
        (["Анна self-assigned this conversation", "Conversation unassigned by Анна"], []),
        (["Assigned to Первая by Анна", "Assigned to Старшие by Анна"], [(2, "up", False)]),
        (["Assigned to Анна by Анна", "Assigned to Анна via Первая by Борис"], []),
        (["Assigned to Анна by Анна", "Борис self-assigned this conversation"], [(2, "side", False)]),
        (["Assigned to Анна by Анна", "Assigned to Старшие by Анна", "Борис self-assigned this"], [(2, "up", False)]),
        (["Assigned to Анна by Анна", "Assigned to Первая by Automation System"], [(2, "side", True)]),
    ],
)
def test_hand_over_is_from_a_person_or_to_another_team(
    desk_home: Home, desk: Desk, lines: list[str], handed_over: list[tuple[int, str, bool]]
) -> None:
    held(desk, *(line(number, 2, at(9, 9 + number), text) for number, text in enumerate(lines, 1)))
    expected = [(f"contact_centre:event:activity-{one}", "transferred", *more) for one, *more in handed_over]
    assert events(desk_home.land("contact_centre")) == expected


LETTER = {"email": {"text_content": {"reply": "Где?\n\n> Здравствуйте", "full": "Где? все"}}}
MARKED_UP = {"email": {"html_content": {"reply": "<p>Где?</p><script>x</script>"}}}


@pytest.mark.parametrize(
    ("kind", "sender", "more", "author", "text"),
    [
        (1, None, {"content_attributes": {"external_echo": True}}, "staff", "Текст"),
        (1, STAFF, {"content_attributes": {"automation_rule_id": 3}}, "auto", "Текст"),
        (1, STAFF, {"additional_attributes": {"campaign_id": 3}}, "auto", "Текст"),
        (1, None, {}, "auto", "Текст"),
        (3, STAFF, {}, "auto", "Текст"),
        (1, (5, "captain_assistant"), {}, "bot", "Текст"),
        (0, PERSON, {"content_attributes": {"deleted": True}}, "client", None),
        (0, PERSON, {"content_attributes": LETTER}, "client", "Где?"),
        (0, PERSON, {"content_attributes": MARKED_UP}, "client", "Где?"),
        (0, PERSON, {"content_attributes": "x"}, "client", "Текст"),
    ],
)
def test_message_has_its_author_and_what_he_wrote(
    desk_home: Home, desk: Desk, kind: int, sender: Any, more: dict[str, Any], author: str, text: str | None
) -> None:
    held(desk, line(1, kind, at(9), "Текст", sender, **copy.deepcopy(more)))
    assert desk_home.land("contact_centre").rows("messages", "author_type", "text") == [(author, text)]


def test_long_conversation_is_read_to_its_first_word(desk_home: Home, desk: Desk) -> None:
    desk.server.page = 20
    later = [line(number, 0, at(10, number % 9 + 1), "Где?", PERSON) for number in range(2, 90)]
    held(desk, line(1, 1, at(9), "Пишем вам", STAFF), *later)
    landed = desk_home.land("contact_centre")
    assert len(landed.ids("messages")) == 89
    assert landed.rows("conversations", "initiated_by") == [("service",)]


def test_short_conversation_costs_one_request(desk_home: Home, desk: Desk) -> None:
    held(desk, line(1, 0, at(9), "Где?", PERSON))
    desk_home.land("contact_centre")
    assert desk.server.asked == ["teams", "list", "messages"]
