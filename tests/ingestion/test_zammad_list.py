"""Zammad's API over real HTTP, from a server that misbehaves, and with tickets that nobody should have made."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from ingestion import http
from ingestion.sources.contact_centre import zammad_list
from tests.ingestion.survey_servers import serving
from tests.ingestion.web import body, cut, endless, silent, status
from tests.ingestion.zammad_server import TOKEN, ZammadServer, article, at, change, described, ticket

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.ingestion.home import Home

START = datetime(2026, 11, 9, tzinfo=UTC)
NAMES = ["search", "articles", "history", "states"]


def moment(minutes: float) -> str:
    return (START + timedelta(minutes=minutes)).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@pytest.fixture
def desk() -> Iterator[ZammadServer]:
    with serving(ZammadServer()) as server:
        yield server


@pytest.fixture
def desk_home(home: Home, desk: ZammadServer, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setattr(zammad_list, "PAGE", 5)
    return described(home, desk, monkeypatch)


@pytest.fixture
def ids(desk: ZammadServer) -> list[str]:
    """Seventeen conversations of the week; the ids that must land."""
    fill(desk, range(17))
    return landed_ids(range(17))


def fill(desk: ZammadServer, numbers: Any, minutes: Any = lambda number: number * 60, **changes: Any) -> None:
    for number in numbers:
        created = moment(minutes(number))
        desk.plant(ticket(100 + number, created, **changes), [article(1000 + number, created)])


def landed_ids(numbers: Any) -> list[str]:
    return [f"contact_centre:{100 + number}" for number in numbers]


def ids_of(home: Home) -> list[str]:
    return home.land("contact_centre").ids("conversations")


@pytest.mark.parametrize("count", [*range(12), 21])
def test_list_of_any_length_is_read_to_its_end(desk_home: Home, desk: ZammadServer, count: int) -> None:
    fill(desk, range(count))
    assert ids_of(desk_home) == landed_ids(range(count))


@pytest.mark.parametrize("count", [4, 5, 6, 10, 11, 23])
def test_tickets_of_one_moment_are_all_read(desk_home: Home, desk: ZammadServer, count: int) -> None:
    fill(desk, range(count), lambda number: 60 * (number in (0, 1)))
    assert ids_of(desk_home) == landed_ids(range(count))


def test_cost_does_not_grow_with_history(desk_home: Home, desk: ZammadServer, ids: list[str]) -> None:
    assert ids_of(desk_home) == ids
    asked = list(desk.asked)
    old = {"updated_at": "2026-11-01T00:00:00.000Z"}
    fill(desk, range(500, 900), lambda number: -number * 600, **old)
    assert ids_of(desk_home) == ids
    assert desk.asked == asked * 2
    assert (asked.count("articles"), asked.count("history"), asked.count("states")) == (17, 17, 1)


@pytest.mark.parametrize("page", [1, 2, 3])
def test_tickets_that_come_or_change_while_they_are_read_double_and_hide_none(
    desk_home: Home, desk: ZammadServer, ids: list[str], page: int
) -> None:
    def happen() -> None:
        fill(desk, range(900, 920), lambda number: number * 60)
        fill(desk, range(-60, -50), lambda number: number * 6000)
        for row in desk.tickets[::3]:
            row["updated_at"] = "2026-11-20T00:00:00.000Z"

    desk.before_page[page + 1] = happen
    landed = desk_home.land("contact_centre")
    assert landed.ids("conversations") == ids
    assert landed.refused == []


@pytest.mark.parametrize("page", [1, 2, 3])
def test_ticket_that_is_deleted_while_they_are_read_hides_none(
    desk_home: Home, desk: ZammadServer, ids: list[str], page: int
) -> None:
    def happen() -> None:
        for row in desk.tickets[:5]:
            desk.articles.pop(str(row["id"]))
        del desk.tickets[:5]

    desk.before_page[page] = happen
    found = ids_of(desk_home)
    assert set(found) >= set(ids[5:])
    assert len(found) == len(set(found))


def test_ticket_that_is_deleted_after_it_was_listed_is_left_out(
    desk_home: Home, desk: ZammadServer, ids: list[str]
) -> None:
    desk.articles.pop("103")
    landed = desk_home.land("contact_centre")
    assert "127.0.0.1: ответ 404" in landed.result.messages[0]
    desk.faults["search"] = [None, body("[]")]  # the second asks for this ticket alone
    assert ids_of(desk_home) == [number for number in ids if number != "contact_centre:103"]


@pytest.mark.parametrize("kept", [slice(4, 5), slice(4, 7)])
def test_page_that_is_cut_short_hides_none(desk_home: Home, desk: ZammadServer, ids: list[str], kept: slice) -> None:
    desk.faults["search"] = [None, body(json.dumps(desk.tickets[kept]))]
    assert ids_of(desk_home) == ids


def test_list_that_keeps_shrinking_is_told(desk_home: Home, desk: ZammadServer, ids: list[str]) -> None:
    desk.faults["search"] = [None, body("[]")] * 3
    landed = desk_home.land("contact_centre")
    assert landed.result.status == "no_source"
    assert "127.0.0.1: обращения меняются, пока их читают; повторите позже" in landed.result.messages[0]
    assert ids_of(desk_home) == ids


def test_page_that_repeats_is_told(desk_home: Home, desk: ZammadServer, ids: list[str]) -> None:
    page = body(json.dumps(desk.tickets[:5]))
    desk.faults["search"] = [page, page, None]
    assert ids_of(desk_home) == ids
    desk.faults["search"] = [page] * 50
    landed = desk_home.land("contact_centre")
    assert landed.result.status == "no_source"
    assert "127.0.0.1: поиск не соблюдает условий или страницы повторяются" in landed.result.messages[0]


def test_full_page_of_one_moment_that_repeats_is_told(desk_home: Home, desk: ZammadServer) -> None:
    fill(desk, range(9), lambda _number: 60)
    desk.faults["search"] = [body(json.dumps(desk.tickets[:5]))] * 50
    assert "127.0.0.1: страницы повторяются" in desk_home.land("contact_centre").result.messages[0]


@pytest.mark.parametrize("changes", [{"updated_at": "2026-11-01T00:00:00.000Z"}, {"created_at": at(1, "00:00")}])
def test_search_that_does_not_heed_its_conditions_is_told(
    desk_home: Home, desk: ZammadServer, ids: list[str], changes: dict[str, Any]
) -> None:
    page = body(json.dumps([*desk.tickets[:4], {**desk.tickets[4], **changes}]))
    desk.faults["search"] = [page] * 3
    assert "поиск не соблюдает условий" in desk_home.land("contact_centre").result.messages[0]


@pytest.mark.parametrize(
    "fault", [status(500), status(429, Retry_After="1"), cut("[]" * 99), body("{"), body(b"\xff"), body("")]
)
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("page", [0, 2])
def test_fault_that_passes_loses_nothing(
    desk_home: Home, desk: ZammadServer, ids: list[str], name: str, page: int, fault: Any
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
        (cut("[]" * 99), "нет ответа после 5 попыток"),
        (body('[{"id": 1'), "не является JSON"),
        (body("[" * 100_000), "не является JSON"),
        (body("7"), "127.0.0.1: нет "),
        (body(f'{{"error": "Not authorized {TOKEN}"}}'), "127.0.0.1: нет "),
        (body("null"), "127.0.0.1: нет "),
    ],
)
def test_fault_that_stays_is_no_source_with_one_line(
    desk_home: Home,
    desk: ZammadServer,
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
    assert TOKEN not in caplog.text + str(landed.manifest) + str(landed.result.messages)
    desk.faults.clear()
    assert ids_of(desk_home) == ids


@pytest.mark.parametrize("states", [[], [{"id": 4, "state_type": "open"}], [None, {"id": [4], "state_type": "closed"}]])
def test_states_without_a_closed_one_are_told(desk_home: Home, desk: ZammadServer, states: Any) -> None:
    desk.states = states
    assert "среди состояний нет закрытого" in desk_home.land("contact_centre").result.messages[0]


@pytest.mark.parametrize("fault", [silent, endless])
@pytest.mark.parametrize("name", NAMES)
def test_slow_server_is_given_up(
    desk_home: Home, desk: ZammadServer, ids: list[str], monkeypatch: pytest.MonkeyPatch, name: str, fault: Any
) -> None:
    monkeypatch.setattr(http, "TIMEOUT_SECONDS", 0.1)
    monkeypatch.setattr(http, "MAX_PAGE_BYTES", 1024 * 1024)
    desk.faults[name] = [fault] * 5
    assert desk_home.land("contact_centre").result.status == "no_source"


def test_missing_secret_is_told(desk_home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CX_SECRET_ZAMMAD")
    assert "ключ доступа ZAMMAD не задан" in desk_home.land("contact_centre").result.messages[0]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (ticket(None, moment(90)), "missing_id"),
        (ticket([1], moment(90)), "missing_id"),
        (ticket("../users/1", moment(90)), "missing_id"),
        (ticket(True, moment(90)), "missing_id"),
        (ticket(1.5, moment(90)), "missing_id"),
        (ticket(-7, moment(90)), "missing_id"),
        (ticket(50, "вчера"), "unreadable_date"),
        (ticket(50, None), "unreadable_date"),  # type: ignore[arg-type]
        (ticket(50, {"a": 1}), "unreadable_date"),  # type: ignore[arg-type]
        (ticket(50, moment(90), center="C99"), "unknown_office"),
        (ticket(50, moment(90), create_article_type="голубь"), "unknown_code"),
        (ticket(50, moment(90), create_article_sender="Судьба"), "unknown_code"),
        ("обращение", "wrong_shape"),
        (None, "wrong_shape"),
        (7, "wrong_shape"),
        ([[["a"]]], "wrong_shape"),
    ],
)
def test_faulty_ticket_is_set_aside_alone(
    desk_home: Home, desk: ZammadServer, ids: list[str], row: Any, reason: str
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
        ({"created_at": "вчера"}, "unreadable_date"),
        ({"created_at": None}, "unreadable_date"),
        ({"created_at": 1794268800}, "unreadable_date"),
        ({"sender": "Призрак"}, "unknown_code"),
        ({"body": ["a"]}, "wrong_shape"),
        ({"body": {"a": {"b": [None]}}}, "wrong_shape"),
    ],
)
def test_faulty_article_is_set_aside_alone(
    desk_home: Home, desk: ZammadServer, ids: list[str], changes: dict[str, Any], reason: str
) -> None:
    desk.articles["103"].append({**article(5, moment(200)), **changes})
    landed = desk_home.land("contact_centre")
    assert landed.ids("conversations") == ids
    assert landed.counts("messages") == (18, 17, 1, 0)
    assert landed.refused == [("messages", reason, "127.0.0.1#103")]


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        (change([1], moment(200), "state", "open", "closed"), "missing_id"),
        (change(1, "вчера", "state", "open", "closed"), "unreadable_date"),
        ("событие", "wrong_shape"),
        (None, "wrong_shape"),
    ],
)
def test_faulty_event_is_set_aside_alone(
    desk_home: Home, desk: ZammadServer, ids: list[str], item: Any, reason: str
) -> None:
    desk.history["103"].append(item)
    landed = desk_home.land("contact_centre")
    assert ("conversation_events", reason, "127.0.0.1#103") in landed.refused
    assert set(ids) - {"contact_centre:103"} <= set(landed.ids("conversations"))


def test_null_everywhere_and_nonsense_land_as_nothing(desk_home: Home, desk: ZammadServer) -> None:
    nested: Any = "x"
    for _ in range(200):
        nested = [nested, {"a": nested}] if _ < 5 else [nested]
    bare = dict.fromkeys(ticket(1, ""), None)
    wild = dict.fromkeys(ticket(1, ""), nested)
    desk.plant({**bare, "id": 1, "created_at": moment(1)}, [dict.fromkeys(article(1, ""), None)], [{}])
    desk.plant({**wild, "id": 2, "created_at": moment(2)}, [{**article(2, moment(2)), "preferences": nested}])
    desk.plant(
        {**bare, "id": 3, "created_at": moment(3)},
        [],
        [dict.fromkeys(change(1, "", "state", "open", "open"), nested), {"object": "Ticket", "attribute": "tag"}],
    )
    landed = desk_home.land("contact_centre")
    assert landed.rows("conversations", "record_id", "channel", "topic", "office_id") == [
        ("contact_centre:1", None, None, None),
        ("contact_centre:2", "chat", None, None),
        ("contact_centre:3", None, None, None),
    ]
    assert [why for _, why, _ in landed.refused] == ["missing_id"]


def test_hostile_texts_and_huge_numbers_land_as_they_are(desk_home: Home, desk: ZammadServer) -> None:
    texts = ["=1+1", "'); DROP TABLE messages; --", "../../etc/passwd", "\ud83d", "1" * 4000]
    desk.plant(
        ticket(10**18, moment(1), title="=cmd()"),
        [
            *(article(10**17 + number, moment(number), body=text) for number, text in enumerate(texts)),
            article(3, moment(9), body="<script>alert(1)</script><p>Да<br>=1+1</p>", content_type="text/html"),
            article(4, moment(9), body=10**50),
        ],
    )
    landed = desk_home.land("contact_centre")
    assert landed.rows("conversations", "record_id", "topic") == [(f"contact_centre:{10**18}", "=cmd()")]
    found = dict(landed.rows("messages", "record_id", "text"))
    assert len(found) == 7
    assert found["contact_centre:message:3"] == "Да\n=1+1"
    assert found[f"contact_centre:message:{10**17 + 1}"] == texts[1]
    assert landed.refused == []
