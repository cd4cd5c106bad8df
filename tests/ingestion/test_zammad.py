"""Zammad's API over real HTTP: its tickets land as the same conversations in our own form do."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from tests.ingestion.survey_servers import serving
from tests.ingestion.test_contact_centre import FILE, lines, message, talk
from tests.ingestion.zammad_server import TOKEN, ZammadServer, article, at, change, described, tag, ticket

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.ingestion.home import Home, Landed

NOBODY, BOT, ANNA, BORIS, HEAD = (1, "-"), (90, "Бот"), (7, "Анна"), (8, "Борис"), (77, "Старший")
FIRST, EXPERTS, OTHERS = (1, "Первая линия"), (2, "Эксперты"), (3, "Соседи")


@pytest.fixture
def desk() -> Iterator[ZammadServer]:
    with serving(ZammadServer()) as server:
        yield server


@pytest.fixture
def desk_home(home: Home, desk: ZammadServer, monkeypatch: pytest.MonkeyPatch) -> Home:
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
    row = talk(str(number), created_at=created_at, client_id="client@example.org", messages=[], events=[])
    return {**row, **changes}


def said(number: int, moment: str, author: str = "client", by: str | None = "40", **changes: Any) -> dict[str, Any]:
    return message(str(number), at=moment, author=author, author_id=by, **changes)


def event(number: Any, kind: str, moment: str, **more: Any) -> dict[str, Any]:
    return {"id": str(number), "type": kind, "at": moment, **more}


def moved(number: Any, moment: str, direction: str = "side", *, automatic: bool = False) -> dict[str, Any]:
    return event(number, "transferred", moment, direction=direction, automatic=automatic)


def staff(number: int, moment: str, by: int = 7, **changes: Any) -> dict[str, Any]:
    return article(number, moment, sender="Agent", created_by_id=by, **changes)


def plant(desk: ZammadServer) -> list[dict[str, Any]]:
    """Seven conversations in the system; the same in our own form."""
    desk.plant(
        ticket(101, at(10, "01:00"), state_id=4, owner_id=7),
        [
            article(1001, at(10, "01:00")),
            staff(1002, at(10, "01:01"), by=90, body="Чем помочь?"),
            staff(1003, at(10, "01:05"), body="<p>Сейчас <b>посмотрю</b></p>", content_type="text/html"),
        ],
        [
            {"id": 1, "object": "Ticket", "type": "created", "created_at": at(10, "01:00"), "created_by_id": 40},
            change(2, at(10, "01:00"), "owner", NOBODY, BOT, by=1),
            change(3, at(10, "01:04"), "owner", BOT, ANNA, by=90),
            {"id": 4, "object": "Ticket::Article", "type": "created", "created_at": at(10, "01:05")},
            change(5, at(10, "02:00"), "state", "open", "closed"),
        ],
    )
    mail = {"type": "email"}
    desk.plant(
        ticket(102, at(10, "03:00"), state_id=4, owner_id=7, create_article_type="email"),
        [
            article(1010, at(10, "03:00"), body="Где справка?", **mail),
            staff(1011, at(10, "04:00"), type="note", internal=True, body="Проверить в архиве"),
            staff(1012, at(10, "05:00"), body="<div>Готово</div>", content_type="text/html", **mail),
            article(1013, at(10, "06:00"), body="Не вижу\n\nАнна пишет:\n> Готово", **mail),
            article(1014, at(10, "06:01"), body="Меня нет", preferences={"is-auto-response": True}, **mail),
            article(1015, at(10, "06:02"), sender="System", created_by_id=1, body="Письмо получено", **mail),
        ],
        [
            change(10, at(10, "03:30"), "owner", NOBODY, ANNA),
            change(11, at(10, "05:00"), "state", "new", "решено"),
            change(12, at(10, "06:00"), "state", "решено", "open", by=40),
            change(13, at(10, "07:00"), "state", "open", "closed"),
        ],
    )
    desk.plant(
        ticket(103, at(11, "01:00"), group="Эксперты", center="Второй", create_article_type="web"),
        [article(1020, at(11, "01:00"), type="web")],
        [
            change(20, at(11, "01:30"), "group", FIRST, EXPERTS),
            change(21, at(11, "01:30"), "owner", ANNA, NOBODY),
            change(22, at(11, "01:40"), "owner", NOBODY, BORIS, by=8),
        ],
    )
    desk.plant(
        ticket(104, at(11, "02:00"), state_id=5),
        [staff(1030, at(11, "02:30"), type="note", body="merged")],
        [
            {"id": 30, "object": "Ticket", "type": "merged_into", "id_from": 104, "id_to": 101},
            change(31, at(11, "02:30"), "state", "open", "merged"),
            change(32, at(11, "02:30"), "owner", ANNA, NOBODY),
        ],
    )
    desk.plant(
        ticket(105, at(11, "03:00"), state_id=4),
        [article(1040, at(11, "03:00"), body="Купите")],
        [
            tag(40, at(11, "03:05"), "спам"),
            tag(41, at(11, "03:06"), "проверка"),
            tag(42, at(11, "03:07"), "проверка", "removed"),
            tag(43, at(11, "03:07"), "важно"),
        ],
    )
    desk.plant(
        ticket(106, at(12, "01:00"), create_article_sender="Agent", create_article_type="phone"),
        [staff(1050, at(12, "01:00"), type="phone", body="Приглашаем вас")],
    )
    desk.plant(
        ticket(107, at(3, "01:00")),
        [article(1060, at(3, "01:00")), article(1061, at(10, "01:00"), body="Есть новости?")],
    )
    return [
        ours(
            101,
            at(10, "01:00"),
            ended_at=at(10, "02:00"),
            messages=[
                said(1001, at(10, "01:00")),
                said(1002, at(10, "01:01"), "bot", "90", text="Чем помочь?"),
                said(1003, at(10, "01:05"), "staff", "7", text="Сейчас посмотрю"),
            ],
            events=[event(5, "solved", at(10, "02:00")), moved(3, at(10, "01:04"), automatic=True)],
        ),
        ours(
            102,
            at(10, "03:00"),
            channel="email",
            ended_at=at(10, "07:00"),
            messages=[
                said(1010, at(10, "03:00"), text="Где справка?"),
                said(1011, at(10, "04:00"), "staff", "7", public=False, text="Проверить в архиве"),
                said(1012, at(10, "05:00"), "staff", "7", text="Готово"),
                said(1013, at(10, "06:00"), text="Не вижу"),
                said(1014, at(10, "06:01"), "auto", None, text="Меня нет"),
                said(1015, at(10, "06:02"), "auto", None, text="Письмо получено"),
            ],
            events=[
                event(11, "solved", at(10, "05:00")),
                event(12, "reopened", at(10, "06:00")),
                event(13, "solved", at(10, "07:00")),
            ],
        ),
        ours(
            103,
            at(11, "01:00"),
            channel="site_form",
            office_id="C02",
            messages=[said(1020, at(11, "01:00"))],
            events=[moved(20, at(11, "01:30"), "up")],
        ),
        ours(
            104,
            at(11, "02:00"),
            ended_at=at(11, "02:30"),
            messages=[said(1030, at(11, "02:30"), "auto", None, text="merged")],
            events=[event(31, "merged", at(11, "02:30"))],
        ),
        ours(
            105,
            at(11, "03:00"),
            ended_at=at(11, "03:00"),
            messages=[said(1040, at(11, "03:00"), text="Купите")],
            events=[event("105-created", "solved", at(11, "03:00")), event(40, "spam", at(11, "03:05"))],
        ),
        ours(
            106,
            at(12, "01:00"),
            channel="phone",
            initiated_by="service",
            messages=[said(1050, at(12, "01:00"), "staff", "7", text="Приглашаем вас")],
        ),
        ours(
            107,
            at(3, "01:00"),
            messages=[said(1060, at(3, "01:00")), said(1061, at(10, "01:00"), text="Есть новости?")],
        ),
    ]


def test_planted_conversations_land_as_in_our_own_form(desk_home: Home, desk: ZammadServer) -> None:
    talks = plant(desk)
    found = desk_home.land("contact_centre")
    assert found.refused == []
    assert found.rows("conversations", "origin")[0] == ("127.0.0.1#101",)
    assert desk.keys == {f"Token token={TOKEN}"}
    assert_same(found, expected(desk_home, *talks))


def test_second_run_gives_the_same_bytes(desk_home: Home, desk: ZammadServer) -> None:
    plant(desk)
    first = desk_home.land("contact_centre")
    files = {path: path.read_bytes() for path in desk_home.settings.landing.rglob("*.parquet")}
    desk.tickets.reverse()
    again = desk_home.land("contact_centre")
    assert again.manifest == first.manifest
    assert {path: path.read_bytes() for path in desk_home.settings.landing.rglob("*.parquet")} == files


def transfers(desk_home: Home, desk: ZammadServer, articles: Any, *history: Any, **changes: Any) -> list[Any]:
    desk.plant(ticket(1, at(10, "01:00"), **changes), articles, history)
    landed = desk_home.land("contact_centre")
    assert landed.refused == []
    return landed.rows("conversation_events", "event_type", "direction", "is_automatic")


SIDE, UP, ROUTED = ("transferred", "side", False), ("transferred", "up", False), ("transferred", "side", True)


@pytest.mark.parametrize(
    ("history", "events"),
    [
        ([change(1, at(10, "02:00"), "owner", NOBODY, ANNA)], []),
        ([change(1, at(10, "02:00"), "owner", NOBODY, ANNA, by=1)], [ROUTED]),
        ([change(1, at(10, "02:00"), "owner", NOBODY, ANNA, sourceable_type="Trigger")], [ROUTED]),
        ([change(1, at(10, "02:00"), "owner", NOBODY, BOT, by=1)], []),
        ([change(1, at(10, "02:00"), "owner", ANNA, BOT)], []),
        ([change(1, at(10, "02:00"), "owner", ANNA, BORIS)], [SIDE]),
        ([change(1, at(10, "02:00"), "owner", ANNA, HEAD)], [UP]),
        ([change(1, at(10, "02:00"), "owner", BOT, ANNA)], [SIDE]),
        ([change(1, at(10, "02:00"), "owner", ANNA, BORIS, by=90)], [ROUTED]),
        ([change(1, at(10, "02:00"), "group", FIRST, OTHERS)], [SIDE]),
        ([change(1, at(10, "02:00"), "group", FIRST, OTHERS, sourceable_type="Job")], [ROUTED]),
        (
            [
                change(1, at(10, "02:00"), "owner", ANNA, NOBODY),
                change(2, at(10, "03:00"), "owner", NOBODY, ANNA),
            ],
            [],
        ),
        (
            [
                change(1, at(10, "02:00"), "owner", ANNA, NOBODY),
                change(2, at(10, "03:00"), "owner", NOBODY, BORIS, by=8),
            ],
            [SIDE],
        ),
        (
            [
                change(1, at(10, "02:00"), "owner", ANNA, BORIS),
                change(2, at(10, "02:00"), "group", FIRST, EXPERTS),
                change(3, at(10, "03:00"), "owner", BORIS, HEAD),
            ],
            [UP, UP],
        ),
    ],
)
def test_hand_overs_are_between_people_or_by_rule(
    desk_home: Home, desk: ZammadServer, history: Any, events: list[Any]
) -> None:
    assert transfers(desk_home, desk, [], *history) == events


@pytest.mark.parametrize(("by", "event"), [(7, SIDE), (90, ROUTED)])
def test_bot_that_answers_without_owning_hands_over(desk_home: Home, desk: ZammadServer, by: int, event: Any) -> None:
    answers = [staff(1, at(10, "01:01"), by=90)]
    assert transfers(desk_home, desk, answers, change(1, at(10, "02:00"), "owner", NOBODY, ANNA, by=by)) == [event]


def test_person_who_answered_before_is_not_handed_over_by_a_bot(desk_home: Home, desk: ZammadServer) -> None:
    answers = [staff(1, at(10, "01:01"), by=90), staff(2, at(10, "01:02"))]
    assert transfers(desk_home, desk, answers, change(1, at(10, "02:00"), "owner", NOBODY, ANNA)) == []


@pytest.mark.parametrize(
    ("states", "kinds", "ended"),
    [
        (["new", "open", "отложено", "closed"], ["solved"], True),
        (["open", "closed", "решено"], ["solved"], True),
        (["open", "closed", "отложено"], ["solved", "reopened"], False),
        (["open", "closed", "merged"], ["solved", "merged"], True),
        (["closed", "open"], ["solved", "reopened"], False),
    ],
)
def test_states_are_told_by_their_type(
    desk_home: Home, desk: ZammadServer, states: list[str], kinds: list[str], ended: bool
) -> None:
    pairs = enumerate(pairwise(states), start=1)
    history = [change(number, at(10, f"0{number + 1}:00"), "state", *pair) for number, pair in pairs]
    assert sorted(row[0] for row in transfers(desk_home, desk, [], *history)) == sorted(kinds)
    assert [row[0] is not None for row in desk_home.land("contact_centre").rows("conversations", "ended_at")] == [ended]


def test_call_that_was_noted_by_a_person_is_the_clients(desk_home: Home, desk: ZammadServer) -> None:
    noted = article(1, at(10, "01:00"), type="phone", created_by_id=7, origin_by_id=40)
    desk.plant(ticket(1, at(10, "01:00"), create_article_type="phone"), [noted, article(2, at(10, "02:00"))])
    keys = desk_home.land("contact_centre").rows("messages", "author_type", "author_key")
    assert keys[0] == keys[1]
    assert keys[0][0] == "client"


def test_only_what_happened_in_the_week_is_handed_over(desk_home: Home, desk: ZammadServer) -> None:
    desk.plant(ticket(1, at(3, "01:00"), updated_at=at(20, "01:00")), [article(1, at(3, "01:00"))])
    desk.plant(ticket(2, at(3, "01:00")), [], [change(1, at(11, "01:00"), "state", "open", "closed")])
    desk.plant(ticket(3, at(20, "01:00"), updated_at=at(20, "01:00")), [article(3, at(20, "01:00"))])
    landed = desk_home.land("contact_centre")
    assert landed.counts("conversations") == (1, 0, 0, 1)
    assert landed.counts("messages") == (0, 0, 0, 0)
    assert landed.ids("conversation_events") == ["contact_centre:event:1"]
    before = landed.manifest
    desk.plant(ticket(4, at(21, "01:00"), updated_at=at(21, "01:00")), [article(4, at(21, "01:00"))])
    assert desk_home.land("contact_centre").manifest == before
