"""Zendesk's API over real HTTP: its tickets land as the same conversations in our own form do."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from tests.ingestion.survey_servers import serving
from tests.ingestion.test_contact_centre import FILE, lines, message, talk
from tests.ingestion.zendesk_server import (
    ANNA,
    BORIS,
    BOT,
    CLIENT,
    EXPERTS,
    FIRST,
    HEAD,
    LOGIN,
    MERGE,
    OTHERS,
    SYSTEM,
    TRIGGER,
    ZendeskServer,
    at,
    audit,
    changed,
    comment,
    created,
    described,
    ticket,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.ingestion.home import Home, Landed


@pytest.fixture
def desk() -> Iterator[ZendeskServer]:
    with serving(ZendeskServer()) as server:
        yield server


@pytest.fixture
def desk_home(home: Home, desk: ZendeskServer, monkeypatch: pytest.MonkeyPatch) -> Home:
    return described(home, desk, monkeypatch)


def expected(home: Home, *talks: Any) -> Landed:
    """What the same conversations in our own form land as."""
    home.describe(contact_centre={"files": "{home}/chats/{week}.jsonl", "default_touchpoint": "contact_centre"})
    home.file(FILE, lines(*talks))
    return home.land("contact_centre")


def assert_same(found: Landed, wanted: Landed) -> None:
    for name, frame in wanted.frames.items():
        told = [column for column in frame.columns if column not in ("origin", "load_id", "record_hash")]
        assert found.frames[name].select(told).rows() == frame.select(told).rows()
        assert found.counts(name) == wanted.counts(name)


def ours(number: int, created_at: str, **changes: Any) -> dict[str, Any]:
    return {**talk(str(number), created_at=created_at, messages=[], events=[]), **changes}


def said(number: int, moment: str, author: str = "client", by: int | None = CLIENT, **changes: Any) -> dict[str, Any]:
    return message(str(number), at=moment, author=author, author_id=None if by is None else str(by), **changes)


def event(number: Any, kind: str, moment: str, **more: Any) -> dict[str, Any]:
    return {"id": str(number), "type": kind, "at": moment, **more}


def moved(number: Any, moment: str, direction: str = "side", *, automatic: bool = False) -> dict[str, Any]:
    return event(number, "transferred", moment, direction=direction, automatic=automatic)


EMAIL = {"channel": "email", "source": {"from": {"address": "client@example.org"}, "to": {}, "rel": None}}
NEW = (created("status", "new"), created("group_id", FIRST), created("tags", []))


def plant(desk: ZendeskServer) -> list[dict[str, Any]]:
    """Seven conversations in the system; the same in our own form."""
    desk.plant(
        ticket(101, at(10, "01:00"), status="solved"),
        audit(11, at(10, "01:00"), CLIENT, comment(), *NEW, {"type": "Notification", "body": "Принято"}),
        audit(12, at(10, "01:01"), BOT, comment("Чем помочь?")),
        audit(13, at(10, "01:04"), BOT, changed("assignee_id", None, ANNA), changed("status", "new", "open")),
        audit(14, at(10, "01:05"), ANNA, comment(html_body="<p>Сейчас <b>посмотрю</b></p>")),
        audit(15, at(10, "02:00"), ANNA, changed("status", "open", "solved")),
    )
    desk.plant(
        ticket(102, at(10, "03:00"), status="closed", via=EMAIL),
        audit(21, at(10, "03:00"), CLIENT, comment("Где справка?"), *NEW, via=EMAIL),
        audit(22, at(10, "03:30"), ANNA, changed("assignee_id", None, ANNA)),
        audit(23, at(10, "04:00"), ANNA, comment("Проверить в архиве", public=False)),
        audit(24, at(10, "05:00"), ANNA, comment(html_body="<div>Готово</div>"), changed("status", "open", "solved")),
        audit(
            25,
            at(10, "06:00"),
            CLIENT,
            comment("Не вижу\n\nАнна пишет:\n> Готово"),
            changed("status", "solved", "open"),
            via=EMAIL,
        ),
        audit(26, at(10, "06:01"), SYSTEM, comment("Письмо получено"), via=TRIGGER),
        audit(27, at(10, "07:00"), ANNA, changed("status", "open", "solved")),
        audit(28, at(14, "07:00"), SYSTEM, changed("status", "solved", "closed"), via=TRIGGER),
    )
    desk.plant(
        ticket(103, at(11, "01:00"), group_id=EXPERTS, via={"channel": "web"}),
        audit(31, at(11, "01:00"), CLIENT, comment(), *NEW, created("assignee_id", str(ANNA))),
        audit(32, at(11, "01:30"), ANNA, changed("group_id", FIRST, EXPERTS), changed("assignee_id", ANNA, None)),
        audit(33, at(11, "01:40"), BORIS, changed("assignee_id", None, BORIS)),
    )
    desk.plant(
        ticket(104, at(11, "02:00"), status="closed", tags=["closed_by_merge"]),
        audit(41, at(11, "02:00"), CLIENT, comment(), *NEW),
        audit(
            42,
            at(11, "02:30"),
            ANNA,
            comment("Объединено с № 101", public=False),
            changed("status", "new", "closed"),
            changed("tags", [], ["closed_by_merge"]),
            via=MERGE,
        ),
    )
    desk.plant(
        ticket(105, at(11, "03:00"), tags=["спам", "важно"]),
        audit(51, at(11, "03:00"), CLIENT, comment("Купите"), *NEW),
        audit(52, at(11, "03:05"), ANNA, changed("tags", [], ["спам"])),
        audit(53, at(11, "03:06"), ANNA, changed("tags", ["спам"], ["спам", "важно", "проверка"])),
        audit(54, at(11, "03:07"), ANNA, changed("tags", ["спам", "важно", "проверка"], ["спам", "важно"])),
    )
    call = {"channel": "voice", "source": {"from": {}, "to": {"phone": "+79145550123"}, "rel": "outbound"}}
    desk.plant(
        ticket(106, at(12, "01:00"), via=call),
        audit(61, at(12, "01:00"), ANNA, {"type": "VoiceComment", "body": "Звонок", "public": True}, *NEW, via=call),
        audit(62, at(12, "01:05"), ANNA, comment("Приглашаем вас")),
    )
    desk.plant(
        ticket(107, at(3, "01:00")),
        audit(71, at(3, "01:00"), CLIENT, comment(), *NEW),
        audit(72, at(10, "01:00"), CLIENT, comment("Есть новости?")),
    )
    return [
        ours(
            101,
            at(10, "01:00"),
            ended_at=at(10, "02:00"),
            messages=[
                said(1101, at(10, "01:00")),
                said(1201, at(10, "01:01"), "bot", BOT, text="Чем помочь?"),
                said(1401, at(10, "01:05"), "staff", ANNA, text="Сейчас посмотрю"),
            ],
            events=[event(1501, "solved", at(10, "02:00")), moved(1301, at(10, "01:04"), automatic=True)],
        ),
        ours(
            102,
            at(10, "03:00"),
            channel="email",
            ended_at=at(10, "07:00"),
            messages=[
                said(2101, at(10, "03:00"), text="Где справка?"),
                said(2301, at(10, "04:00"), "staff", ANNA, public=False, text="Проверить в архиве"),
                said(2401, at(10, "05:00"), "staff", ANNA, text="Готово"),
                said(2501, at(10, "06:00"), text="Не вижу"),
                said(2601, at(10, "06:01"), "auto", None, text="Письмо получено"),
            ],
            events=[
                event(2402, "solved", at(10, "05:00")),
                event(2502, "reopened", at(10, "06:00")),
                event(2701, "solved", at(10, "07:00")),
            ],
        ),
        ours(
            103,
            at(11, "01:00"),
            channel="site_form",
            office_id="C02",
            messages=[said(3101, at(11, "01:00"))],
            events=[moved(3201, at(11, "01:30"), "up")],
        ),
        ours(
            104,
            at(11, "02:00"),
            ended_at=at(11, "02:30"),
            messages=[
                said(4101, at(11, "02:00")),
                said(4201, at(11, "02:30"), "auto", None, public=False, text="Объединено с № 101"),
            ],
            events=[event(4202, "merged", at(11, "02:30"))],
        ),
        ours(
            105,
            at(11, "03:00"),
            messages=[said(5101, at(11, "03:00"), text="Купите")],
            events=[event("5201-spam", "spam", at(11, "03:05"))],
        ),
        ours(
            106,
            at(12, "01:00"),
            channel="phone",
            initiated_by="service",
            messages=[
                said(6101, at(12, "01:00"), "auto", None, text="Звонок"),
                said(6201, at(12, "01:05"), "staff", ANNA, text="Приглашаем вас"),
            ],
        ),
        ours(
            107,
            at(3, "01:00"),
            messages=[said(7101, at(3, "01:00")), said(7201, at(10, "01:00"), text="Есть новости?")],
        ),
    ]


def test_planted_conversations_land_as_in_our_own_form(desk_home: Home, desk: ZendeskServer) -> None:
    talks = plant(desk)
    found = desk_home.land("contact_centre")
    assert found.refused == []
    assert found.rows("conversations", "origin")[0] == ("127.0.0.1#101",)
    assert desk.keys == {f"Basic {LOGIN}"}
    assert_same(found, expected(desk_home, *talks))


def test_second_run_gives_the_same_bytes(desk_home: Home, desk: ZendeskServer) -> None:
    plant(desk)
    first = desk_home.land("contact_centre")
    files = {path: path.read_bytes() for path in desk_home.settings.landing.rglob("*.parquet")}
    desk.tickets.reverse()
    desk.users.reverse()
    for audits in desk.audits.values():
        audits.reverse()
    desk.tickets[2]["updated_at"] = at(13, "00:00")
    again = desk_home.land("contact_centre")
    assert again.manifest == first.manifest
    assert {path: path.read_bytes() for path in desk_home.settings.landing.rglob("*.parquet")} == files


SIDE, UP, ROUTED = ("transferred", "side", False), ("transferred", "up", False), ("transferred", "side", True)


def events_of(desk_home: Home, desk: ZendeskServer, *audits: Any, **changes: Any) -> list[Any]:
    desk.plant(ticket(1, at(10, "01:00"), **changes), audit(1, at(10, "01:00"), CLIENT, comment()), *audits)
    landed = desk_home.land("contact_centre")
    assert landed.refused == []
    return landed.rows("conversation_events", "event_type", "direction", "is_automatic")


def later(number: int, by: int, *events: Any, **changes: Any) -> dict[str, Any]:
    return audit(number, at(10, f"{number:02d}:00"), by, *events, **changes)


@pytest.mark.parametrize(
    ("audits", "events"),
    [
        ([later(2, ANNA, changed("assignee_id", None, ANNA))], []),
        ([later(2, ANNA, changed("assignee_id", None, BORIS))], []),
        ([later(2, SYSTEM, changed("assignee_id", None, ANNA))], [ROUTED]),
        ([later(2, ANNA, changed("assignee_id", None, BORIS, via=TRIGGER))], [ROUTED]),
        ([later(2, CLIENT, changed("assignee_id", None, ANNA))], [ROUTED]),
        ([later(2, ANNA, changed("assignee_id", None, ANNA), via={"channel": 8})], [ROUTED]),
        ([later(2, SYSTEM, changed("assignee_id", None, BOT))], []),
        ([later(2, ANNA, changed("assignee_id", ANNA, BOT))], []),
        ([later(2, ANNA, changed("assignee_id", ANNA, BORIS))], [SIDE]),
        ([later(2, ANNA, changed("assignee_id", ANNA, HEAD))], [UP]),
        ([later(2, ANNA, changed("assignee_id", BOT, ANNA))], [SIDE]),
        ([later(2, BOT, changed("assignee_id", ANNA, BORIS))], [ROUTED]),
        ([later(2, ANNA, changed("group_id", FIRST, OTHERS))], [SIDE]),
        ([later(2, ANNA, changed("group_id", OTHERS, EXPERTS))], [UP]),
        ([later(2, ANNA, changed("group_id", FIRST, OTHERS, via=TRIGGER))], [ROUTED]),
        ([later(2, ANNA, changed("group_id", None, OTHERS))], []),
        ([later(2, ANNA, changed("group_id", FIRST, None))], []),
        ([later(2, ANNA, changed("assignee_id", ANNA, None)), later(3, ANNA, changed("assignee_id", None, ANNA))], []),
        (
            [
                later(2, ANNA, changed("assignee_id", None, ANNA)),
                later(3, ANNA, changed("assignee_id", ANNA, None)),
                later(4, BORIS, changed("assignee_id", None, BORIS)),
            ],
            [SIDE],
        ),
        (
            [
                later(2, ANNA, changed("group_id", FIRST, OTHERS), changed("assignee_id", ANNA, BORIS)),
                later(3, BORIS, changed("assignee_id", BORIS, HEAD)),
            ],
            [SIDE, UP],
        ),
        (
            [later(2, ANNA, changed("group_id", FIRST, OTHERS), changed("group_id", OTHERS, FIRST, via=TRIGGER))],
            [],
        ),
    ],
)
def test_hand_overs_are_between_people_or_by_rule(
    desk_home: Home, desk: ZendeskServer, audits: Any, events: list[Any]
) -> None:
    assert events_of(desk_home, desk, *audits) == events


@pytest.mark.parametrize(("by", "event"), [(ANNA, SIDE), (BOT, ROUTED)])
def test_bot_that_answers_without_owning_hands_over(desk_home: Home, desk: ZendeskServer, by: int, event: Any) -> None:
    answered = later(2, BOT, comment("Чем помочь?"))
    assert events_of(desk_home, desk, answered, later(3, by, changed("assignee_id", None, ANNA))) == [event]


def test_person_who_answered_before_is_not_handed_over_by_a_bot(desk_home: Home, desk: ZendeskServer) -> None:
    answered = [later(2, BOT, comment("Чем помочь?")), later(3, ANNA, comment("Сейчас"))]
    assert events_of(desk_home, desk, *answered, later(4, ANNA, changed("assignee_id", None, ANNA))) == []


@pytest.mark.parametrize(
    ("states", "kinds", "ended"),
    [
        (["new", "open", "pending", "solved"], ["solved"], True),
        (["open", "solved", "closed"], ["solved"], True),
        (["open", "solved", "hold"], ["solved", "reopened"], False),
        (["open", "closed"], ["solved"], True),
        (["solved", "open"], ["reopened"], False),
    ],
)
def test_states_are_told_by_their_changes(
    desk_home: Home, desk: ZendeskServer, states: list[str], kinds: list[str], ended: bool
) -> None:
    audits = [later(number, ANNA, changed("status", *pair)) for number, pair in enumerate(pairwise(states), start=2)]
    assert [row[0] for row in events_of(desk_home, desk, *audits)] == kinds
    assert [row[0] is not None for row in desk_home.land("contact_centre").rows("conversations", "ended_at")] == [ended]


def test_ticket_that_is_made_solved_is_solved(desk_home: Home, desk: ZendeskServer) -> None:
    assert events_of(desk_home, desk, later(2, ANNA, created("status", "solved"))) == [("solved", None, None)]


@pytest.mark.parametrize(
    ("events", "via", "kinds"),
    [
        ([changed("status", "open", "closed")], MERGE, ["merged"]),
        ([changed("status", "open", "closed"), changed("tags", ["a"], ["a", "closed_by_merge"])], None, ["merged"]),
        ([changed("status", "open", "closed"), changed("tags", ["closed_by_merge"], [])], None, ["solved"]),
        ([comment("К этому обращению присоединено № 9")], MERGE, []),
        ([changed("status", "open", "solved")], MERGE, ["solved"]),
    ],
)
def test_only_the_ticket_that_goes_into_another_is_merged(
    desk_home: Home, desk: ZendeskServer, events: Any, via: Any, kinds: list[str]
) -> None:
    found = events_of(desk_home, desk, later(2, ANNA, *events, via=via))
    assert [row[0] for row in found] == kinds


@pytest.mark.parametrize(
    ("audits", "tags", "found"),
    [
        ([], ["спам", "повтор"], [("1-duplicate", 1), ("1-spam", 1)]),
        ([later(2, ANNA, created("tags", ["спам", "проверка"]))], [], [("201-spam", 2), ("201-test", 2)]),
        ([later(2, ANNA, changed("tags", ["спам"], ["спам", "a"]))], ["спам", "a"], [("1-spam", 1)]),
        ([later(2, ANNA, changed("tags", "", "спам a"))], [], [("201-spam", 2)]),
        (
            [
                later(2, ANNA, changed("tags", [], ["спам"])),
                later(3, ANNA, changed("tags", ["спам"], [])),
                later(4, ANNA, changed("tags", [], ["реклама"])),
            ],
            ["реклама"],
            [("401-spam", 4)],
        ),
        ([later(2, ANNA, changed("tags", [7, {"a": 1}, None], {"спам": 1}))], ["спам"], []),
    ],
)
def test_tags_keep_out_while_they_stand(
    desk_home: Home, desk: ZendeskServer, audits: Any, tags: Any, found: list[Any]
) -> None:
    events_of(desk_home, desk, *audits, tags=tags)
    rows = desk_home.land("contact_centre").rows("conversation_events", "record_id", "occurred_at")
    told = sorted((number.removeprefix("contact_centre:event:"), moment.hour) for number, moment in rows)
    assert told == found


@pytest.mark.parametrize(
    ("by", "changes", "author"),
    [
        (CLIENT, {}, "client"),
        (ANNA, {}, "staff"),
        (BORIS, {}, "staff"),
        (BOT, {}, "bot"),
        (SYSTEM, {}, "auto"),
        (ANNA, {"via": TRIGGER}, "auto"),
        (ANNA, {"via": MERGE}, "auto"),
        (ANNA, {"via": {"channel": "answer_bot_for_web_widget"}}, "bot"),
        (SYSTEM, {"author_id": ANNA, "via": {"channel": "web"}}, "staff"),
        (ANNA, {"type": "VoiceComment"}, "auto"),
        (CLIENT, {"type": "FacebookComment"}, "client"),
        (99, {}, None),
        (99, {"public": False}, "staff"),
    ],
)
def test_authors_are_told_by_their_roles(
    desk_home: Home, desk: ZendeskServer, by: int, changes: dict[str, Any], author: str | None
) -> None:
    events_of(desk_home, desk, later(2, by, comment(**changes)))
    landed = desk_home.land("contact_centre")
    assert landed.rows("messages", "author_type")[1] == (author,)
    keys = landed.frames["messages"]["author_key"]
    assert (keys[1] is None) == (author == "auto")


def test_client_whose_account_is_gone_is_still_the_client(desk_home: Home, desk: ZendeskServer) -> None:
    desk.users = []
    events_of(desk_home, desk)
    landed = desk_home.land("contact_centre")
    assert landed.rows("messages", "author_type") == [("client",)]
    assert landed.rows("conversations", "client_key", "initiated_by") == [(None, "client")]


def test_message_that_was_hidden_later_is_not_public(desk_home: Home, desk: ZendeskServer) -> None:
    hidden = {"type": "CommentPrivacyChange", "comment_id": 201, "public": False}
    events_of(desk_home, desk, later(2, ANNA, comment("Ой")), later(3, ANNA, hidden))
    assert desk_home.land("contact_centre").rows("messages", "is_public") == [(True,), (False,)]


@pytest.mark.parametrize(
    ("via", "comments", "initiator"),
    [
        ({"channel": "voice", "source": {"rel": "inbound"}}, [(ANNA, {})], "client"),
        ({"channel": "voice", "source": {"rel": "voicemail"}}, [], "client"),
        ({"channel": "web"}, [(ANNA, {}), (CLIENT, {})], "service"),
        ({"channel": "web"}, [(ANNA, {"public": False}), (BOT, {}), (CLIENT, {})], "client"),
        ({"channel": "web"}, [(ANNA, {"public": False})], None),
    ],
)
def test_who_began_is_told_by_the_call_or_by_the_first_words(
    desk_home: Home, desk: ZendeskServer, via: Any, comments: Any, initiator: str | None
) -> None:
    audits = [later(number, by, comment(**changes)) for number, (by, changes) in enumerate(comments, start=2)]
    desk.plant(ticket(1, at(10, "01:00"), via=via), *audits)
    assert desk_home.land("contact_centre").rows("conversations", "initiated_by") == [(initiator,)]


def test_only_what_happened_in_the_week_is_handed_over(desk_home: Home, desk: ZendeskServer) -> None:
    desk.plant(ticket(1, at(3, "01:00"), updated_at=at(20, "01:00")), audit(1, at(3, "01:00"), CLIENT, comment()))
    desk.plant(ticket(2, at(3, "01:00")), audit(2, at(11, "01:00"), ANNA, changed("status", "open", "solved")))
    desk.plant(ticket(3, at(20, "01:00"), updated_at=at(20, "01:00")), audit(3, at(20, "01:00"), CLIENT, comment()))
    desk.plant(ticket(4, at(10, "01:00"), status="deleted"))
    landed = desk_home.land("contact_centre")
    assert landed.counts("conversations") == (1, 0, 0, 1)
    assert landed.counts("messages") == (0, 0, 0, 0)
    assert landed.ids("conversation_events") == ["contact_centre:event:201"]
    before = landed.manifest
    desk.plant(ticket(5, at(21, "01:00"), updated_at=at(21, "01:00")), audit(5, at(21, "01:00"), CLIENT, comment()))
    assert desk_home.land("contact_centre").manifest == before
