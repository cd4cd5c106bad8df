"""The week of conversations as Chatwoot and Zendesk tell it; see desk_talks.py."""

from __future__ import annotations

from typing import Any

from tests.ingestion.desk_talks import ANNA, BORIS, BOT, CHIEF, CLIENT, at, held, occurred, said, seconds


def chat(number: int, moment: str, touched: str, *messages: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A conversation of Chatwoot."""
    meta = {"sender": {"id": CLIENT}, "channel": "Channel::WebWidget"}
    plain = {"id": number, "inbox_id": 3, "status": "open", "labels": [], "meta": meta}
    times = {"created_at": seconds(moment), "last_activity_at": seconds(touched)}
    return {**plain, **times, "additional_attributes": {}, "_messages": list(messages), **more}


def line(number: int, kind: int, moment: str, content: str, sender: Any = None, **more: Any) -> dict[str, Any]:
    """A message of Chatwoot: 0 from the client, 1 to the client, 2 what happened, 3 of a template."""
    plain = {"id": number, "message_type": kind, "created_at": seconds(moment), "content": content, "private": False}
    return {**plain, **({"sender": {"id": sender[0], "type": sender[1]}} if sender else {}), **more}


CHATWOOT = [
    chat(
        1,
        at(9),
        at(12),
        line(11, 0, at(9), "Где справка?", (CLIENT, "contact")),
        line(12, 1, at(9, 10), "Передаю сотруднику", (BOT, "agent_bot")),
        line(13, 2, at(9, 11), "Анна назначил(а) разговор себе"),
        line(14, 1, at(9, 11), "Коллеги, проверьте", (ANNA, "user"), private=True),
        line(15, 1, at(9, 12), "Готова", (ANNA, "user")),
        line(16, 2, at(9, 13), "Анна завершил диалог"),
        line(17, 2, at(10), "Система переоткрыла разговор из-за нового входящего сообщения."),
        line(18, 0, at(10), "Не та", (CLIENT, "contact")),
        line(19, 3, at(10), "Пожалуйста, оцените разговор"),
        line(20, 2, at(12), "Conversation was marked resolved by system due to 2 days of inactivity"),
    ),
    chat(
        2,
        at(10),
        at(10, 12),
        line(21, 1, at(10), "Пишем по вашей заявке", (ANNA, "user")),
        line(22, 2, at(10, 10), "Assigned to Анна by Анна"),
        line(23, 2, at(10, 11), "Assigned to Старшие by Анна"),
        line(24, 2, at(10, 12), "Assigned to Борис by Automation System"),
        inbox_id=4,
        meta={"sender": {"id": CLIENT}, "channel": "Channel::Email"},
        additional_attributes={"mail_subject": "Заявка"},
    ),
    chat(4, at(12), at(12), line(41, 0, at(12), "Купите", (CLIENT, "contact")), labels=["спам", "иное"]),
    chat(
        5,
        at(4),
        at(11),
        line(51, 0, at(4), "Здравствуйте", (CLIENT, "contact")),
        line(52, 0, at(11), "Жду", (CLIENT, "contact")),
    ),
    chat(7, at(2), at(3)),  # untouched since
    chat(8, at(20), at(21)),  # later than the week
]
CHATWOOT_LINES = [
    held(
        "1",
        created_at=at(9),
        ended_at=at(12),
        messages=[
            said("11", "client", CLIENT, at(9), "Где справка?"),
            said("12", "bot", BOT, at(9, 10), "Передаю сотруднику"),
            said("14", "staff", ANNA, at(9, 11), "Коллеги, проверьте", public=False),
            said("15", "staff", ANNA, at(9, 12), "Готова"),
            said("18", "client", CLIENT, at(10), "Не та"),
            said("19", "auto", None, at(10), "Пожалуйста, оцените разговор"),
        ],
        events=[
            occurred("takeover-15", "transferred", at(9, 12), direction="side", automatic=True),
            occurred("activity-16", "solved", at(9, 13)),
            occurred("activity-17", "reopened", at(10)),
            occurred("activity-20", "solved", at(12)),
        ],
    ),
    held(
        "2",
        channel="email",
        topic="Заявка",
        office_id="C02",
        initiated_by="service",
        created_at=at(10),
        messages=[said("21", "staff", ANNA, at(10), "Пишем по вашей заявке")],
        events=[
            occurred("activity-23", "transferred", at(10, 11), direction="up", automatic=False),
            occurred("activity-24", "transferred", at(10, 12), direction="side", automatic=True),
        ],
    ),
    held(
        "4",
        created_at=at(12),
        messages=[said("41", "client", CLIENT, at(12), "Купите")],
        events=[occurred("4-spam", "spam", at(12))],
    ),
    held(
        "5",
        created_at=at(4),
        messages=[said("51", "client", CLIENT, at(4), "Здравствуйте"), said("52", "client", CLIENT, at(11), "Жду")],
    ),
]


def audit(number: int, author: int, moment: str, *events: dict[str, Any], channel: str = "web") -> dict[str, Any]:
    """An audit of Zendesk."""
    via = {"channel": channel, "source": {"rel": None}}
    return {"id": number, "author_id": author, "created_at": moment, "via": via, "events": list(events)}


def comment(number: int, author: int, text: str, **more: Any) -> dict[str, Any]:
    plain = {"id": number, "type": "Comment", "author_id": author, "public": True, "body": text}
    return {**plain, "html_body": f"<div>{text}</div>", "plain_body": text, **more}


def change(number: int, field: str, before: Any, after: Any, kind: str = "Change") -> dict[str, Any]:
    return {"id": number, "type": kind, "field_name": field, "previous_value": before, "value": after}


def case(number: int, made: str, touched: str, *audits: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A ticket of Zendesk."""
    plain = {"id": number, "subject": "Тема", "requester_id": CLIENT, "status": "open", "via": {"channel": "email"}}
    fields = {"group_id": 500, "custom_fields": [{"id": 36, "value": "Первая линия"}], "created_at": made}
    return {**plain, **fields, "updated_at": touched, "_updated": seconds(touched), "_audits": list(audits), **more}


ZENDESK = [
    case(
        1,
        at(9),
        at(12),
        audit(1001, CLIENT, at(9), comment(11, CLIENT, "Где справка?"), change(100, "status", None, "new", "Create")),
        audit(1002, BOT, at(9, 10), comment(12, BOT, "Передаю сотруднику"), change(101, "assignee_id", None, str(BOT))),
        audit(
            1003,
            ANNA,
            at(9, 11),
            comment(13, ANNA, "Коллеги, проверьте", public=False),
            change(102, "assignee_id", str(BOT), str(ANNA)),
        ),
        audit(1004, ANNA, at(9, 12), comment(14, ANNA, "Готова"), change(103, "status", "open", "solved")),
        audit(1005, -1, at(9, 13), comment(15, -1, "Обращение закрыто"), channel="rule"),
        audit(1006, CLIENT, at(10), comment(16, 72, "Не та"), change(104, "status", "solved", "open")),
        audit(1007, ANNA, at(12), change(105, "status", "open", "solved"), change(106, "priority", "low", "high")),
        audit(1008, -1, at(13), change(107, "status", "solved", "closed"), channel="rule"),
    ),
    case(
        2,
        at(10),
        at(10, 12),
        audit(2001, ANNA, at(10), comment(21, ANNA, "Звоню по вашей заявке")),
        audit(
            2002,
            ANNA,
            at(10, 11),
            change(201, "group_id", "500", "501"),
            change(202, "assignee_id", str(ANNA), str(CHIEF)),
        ),
        audit(2003, CHIEF, at(10, 12), change(203, "assignee_id", str(CHIEF), str(BORIS)), channel="rule"),
        via={"channel": "voice"},
        custom_fields=[{"id": 36, "value": "Юристы"}],
    ),
    case(
        3,
        at(11),
        at(11, 12),
        audit(3001, CLIENT, at(11), comment(31, CLIENT, "Повторно")),
        audit(
            3002,
            ANNA,
            at(11, 12),
            change(301, "status", "open", "closed"),
            change(302, "tags", [], ["closed_by_merge"]),
        ),
    ),
    case(
        4,
        at(12),
        at(12),
        audit(4001, CLIENT, at(12), comment(41, CLIENT, "Купите")),
        audit(4002, ANNA, at(12, 10), change(401, "tags", ["иное"], ["иное", "спам"])),
    ),
    case(
        5,
        at(4),
        at(11),
        audit(5001, CLIENT, at(4), comment(51, CLIENT, "Здравствуйте")),
        audit(5002, CLIENT, at(11), comment(52, CLIENT, "Жду")),
    ),
    case(7, at(2), at(3)),  # untouched since
    case(8, at(20), at(21)),  # later than the week
    case(9, at(9), at(21), status="deleted"),
]
ZENDESK_LINES = [
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
            said("15", "auto", -1, at(9, 13), "Обращение закрыто"),
            said("16", "client", 72, at(10), "Не та"),
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
        events=[occurred("4-spam", "spam", at(12, 10))],
    ),
    held(
        "5",
        channel="email",
        topic="Тема",
        created_at=at(4),
        messages=[said("51", "client", CLIENT, at(4), "Здравствуйте"), said("52", "client", CLIENT, at(11), "Жду")],
    ),
]
