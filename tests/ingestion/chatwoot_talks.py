"""The week of conversations as Chatwoot tells it; see desk_talks.py."""

from __future__ import annotations

from typing import Any

from tests.ingestion.desk_talks import ANNA, BOT, CLIENT, at, held, occurred, said, seconds

CONTACT = f"contact-{CLIENT}"


def chat(number: int, moment: str, touched: str, *messages: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A conversation of Chatwoot."""
    meta = {"sender": {"id": CLIENT, "type": "contact"}, "channel": "Channel::WebWidget"}
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
        at(10, 13),
        line(21, 1, at(10), "Пишем по вашей заявке", (ANNA, "user")),
        line(22, 2, at(10, 10), "Assigned to Анна by Анна"),
        line(23, 2, at(10, 11), "Assigned to Старшие by Анна"),
        line(24, 2, at(10, 12), "Assigned to Борис by Automation System"),
        line(25, 2, at(10, 13), "Assigned to Глеб by Automation System"),
        inbox_id=4,
        meta={"sender": {"id": CLIENT, "type": "contact"}, "channel": "Channel::Email"},
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
        client_id=CONTACT,
        created_at=at(9),
        ended_at=at(12),
        messages=[
            said("11", "client", CONTACT, at(9), "Где справка?"),
            said("12", "bot", f"agent_bot-{BOT}", at(9, 10), "Передаю сотруднику"),
            said("14", "staff", f"user-{ANNA}", at(9, 11), "Коллеги, проверьте", public=False),
            said("15", "staff", f"user-{ANNA}", at(9, 12), "Готова"),
            said("18", "client", CONTACT, at(10), "Не та"),
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
        client_id=CONTACT,
        channel="email",
        topic="Заявка",
        office_id="C02",
        initiated_by="service",
        created_at=at(10),
        messages=[said("21", "staff", f"user-{ANNA}", at(10), "Пишем по вашей заявке")],
        events=[
            occurred("activity-23", "transferred", at(10, 11), direction="up", automatic=False),
            occurred("activity-25", "transferred", at(10, 13), direction="side", automatic=True),
        ],
    ),
    held(
        "4",
        client_id=CONTACT,
        created_at=at(12),
        messages=[said("41", "client", CONTACT, at(12), "Купите")],
        events=[occurred("4-spam", "spam", at(12))],
    ),
    held(
        "5",
        client_id=CONTACT,
        created_at=at(4),
        messages=[said("51", "client", CONTACT, at(4), "Здравствуйте"), said("52", "client", CONTACT, at(11), "Жду")],
    ),
]
