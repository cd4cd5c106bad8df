"""One week of conversations as each of the systems tells it, and as our own lines do."""

from __future__ import annotations

import calendar
from datetime import datetime
from typing import Any

from tests.ingestion.test_contact_centre import message, talk

CLIENT, ANNA, BORIS, CHIEF, BOT = 71, 81, 82, 83, 90  # accounts
FIELDS = {"codes": {"channel": {}}, "bots": [str(BOT)], "kept_out": {"spam": ["спам"]}}


def at(day: int, hour: int = 9) -> str:
    """A moment of November, in UTC."""
    return f"2026-11-{day:02d}T{hour:02d}:00:00Z"


def seconds(moment: str) -> int:
    return calendar.timegm(datetime.fromisoformat(moment).timetuple())


def said(number: str, author: str, author_id: int | None, moment: str, text: str, **more: Any) -> dict[str, Any]:
    account = None if author_id is None else str(author_id)
    return message(number, author=author, author_id=account, at=moment, text=text, **more)


def held(number: str, **changes: Any) -> dict[str, Any]:
    """A conversation of our lines."""
    plain = {"channel": "chat", "client_id": str(CLIENT), "client_group": None, "topic": None, "events": []}
    return talk(number, **{**plain, "messages": [], **changes})


def occurred(number: str, kind: str, moment: str, **more: Any) -> dict[str, Any]:
    return {"id": number, "type": kind, "at": moment, **more}


def article(number: int, sender: str, account: int, moment: str, body: str, **more: Any) -> dict[str, Any]:
    """An article of Zammad."""
    plain = {"id": number, "sender": sender, "created_by_id": account, "created_at": moment, "body": body}
    return {**plain, "internal": False, "content_type": "text/plain", **more}


def history(number: int, moment: str, attribute: str, before: Any, after: Any, **more: Any) -> dict[str, Any]:
    """A line of Zammad's history; accounts are told by their number."""
    accounts = {"id_from": before, "id_to": after} if attribute == "owner" else {}
    values = {"value_from": str(before), "value_to": str(after)}
    plain = {"id": number, "object": "Ticket", "type": "updated", "attribute": attribute, "created_at": moment}
    return {**plain, "created_by_id": ANNA, **values, **accounts, **more}


def ticket(number: int, made: str, touched: str, **more: Any) -> dict[str, Any]:
    plain = {"id": number, "title": "Тема", "group": "Первая линия", "state": "open", "customer_id": CLIENT}
    times = {"created_at": made, "updated_at": touched, "create_article_type": "email", "close_at": None}
    return {**plain, **times, "_articles": [], "_history": [], **more}


ZAMMAD = [
    ticket(
        1,
        at(9),
        at(12),
        _articles=[
            article(11, "Customer", CLIENT, at(9), "<p>Где <b>справка</b>?</p>", content_type="text/html"),
            article(12, "Agent", BOT, at(9, 10), "Передаю сотруднику"),
            article(13, "Agent", ANNA, at(9, 11), "Коллеги, проверьте", internal=True),
            article(14, "Agent", ANNA, at(9, 12), "Готова"),
            article(15, "System", 1, at(9, 13), "Обращение закрыто"),
        ],
        _history=[
            history(101, at(9, 10), "owner", 1, BOT, created_by_id=1),
            history(102, at(9, 11), "owner", BOT, ANNA),
            history(103, at(9, 12), "state", "open", "closed"),
            history(104, at(10), "state", "closed", "open", created_by_id=CLIENT),
            history(105, at(12), "state", "open", "closed"),
            history(106, at(12), "priority", "1", "2"),
            {"id": 107, "object": "Ticket::Article", "type": "created", "created_at": at(9)},
        ],
    ),
    ticket(
        2,
        at(10),
        at(10, 12),
        group="Юристы",
        create_article_type="phone",
        _articles=[article(21, "Agent", ANNA, at(10), "Звоню по вашей заявке")],
        _history=[
            history(201, at(10, 11), "group", "Первая линия", "Юристы"),
            history(202, at(10, 11), "owner", ANNA, CHIEF),  # together with the group: one hand-over
            history(203, at(10, 12), "owner", CHIEF, BORIS, created_by_id=1),
        ],
    ),
    ticket(
        3,
        at(11),
        at(11, 12),
        state="merged",
        _articles=[article(31, "Customer", CLIENT, at(11), "Повторно")],
        _history=[
            history(301, at(11, 12), "state", "open", "merged"),
            {**history(302, at(11, 12), "", 3, 1), "type": "merged_into"},
        ],
    ),
    ticket(4, at(12), at(12), _articles=[article(41, "Customer", CLIENT, at(12), "Купите")], _tags=["спам", "иное"]),
    ticket(
        5,
        at(4),
        at(11),
        _articles=[
            article(51, "Customer", CLIENT, at(4), "Здравствуйте"),
            article(52, "Customer", CLIENT, at(11), "Жду"),
        ],
    ),
    ticket(6, at(13), at(13), state="closed", close_at=at(13, 10)),  # made as a closed one
    ticket(7, at(2), at(3)),  # untouched since
    ticket(8, at(20), at(21)),  # later than the week
]
ZAMMAD_LINES = [
    held(
        "1",
        channel="email",
        topic="Тема",
        created_at=at(9),
        ended_at=at(12),
        messages=[
            said("11", "client", CLIENT, at(9), "Где справка?"),
            said("12", "bot", BOT, at(9, 10), "Передаю сотруднику"),
            said("13", "staff", ANNA, at(9, 11), "Коллеги, проверьте", public=False),
            said("14", "staff", ANNA, at(9, 12), "Готова"),
            said("15", "auto", 1, at(9, 13), "Обращение закрыто"),
        ],
        events=[
            occurred("1-102", "transferred", at(9, 11), direction="side", automatic=True),
            occurred("1-103", "solved", at(9, 12)),
            occurred("1-104", "reopened", at(10)),
            occurred("1-105", "solved", at(12)),
        ],
    ),
    held(
        "2",
        channel="phone",
        topic="Тема",
        office_id="C02",
        initiated_by="service",
        created_at=at(10),
        messages=[said("21", "staff", ANNA, at(10), "Звоню по вашей заявке")],
        events=[
            occurred("2-201", "transferred", at(10, 11), direction="up", automatic=False),
            occurred("2-203", "transferred", at(10, 12), direction="side", automatic=True),
        ],
    ),
    held(
        "3",
        channel="email",
        topic="Тема",
        created_at=at(11),
        ended_at=at(11, 12),
        messages=[said("31", "client", CLIENT, at(11), "Повторно")],
        events=[occurred("3-302", "merged", at(11, 12))],
    ),
    held(
        "4",
        channel="email",
        topic="Тема",
        created_at=at(12),
        messages=[said("41", "client", CLIENT, at(12), "Купите")],
        events=[occurred("4-spam", "spam", at(12))],
    ),
    held(
        "5",
        channel="email",
        topic="Тема",
        created_at=at(4),
        messages=[said("51", "client", CLIENT, at(4), "Здравствуйте"), said("52", "client", CLIENT, at(11), "Жду")],
    ),
    held(
        "6",
        channel="email",
        topic="Тема",
        initiated_by="service",
        created_at=at(13),
        ended_at=at(13, 10),
        events=[occurred("6-closed", "solved", at(13, 10))],
    ),
]
