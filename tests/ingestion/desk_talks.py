"""One week of conversations as each of the systems tells it, and as our own lines do."""

from __future__ import annotations

import calendar
from datetime import datetime
from typing import Any

from tests.ingestion.test_contact_centre import message, talk

CLIENT, ANNA, BOT = 71, 81, 90  # accounts


def at(day: int, hour: int = 9) -> str:
    """A moment of November, in UTC."""
    return f"2026-11-{day:02d}T{hour:02d}:00:00Z"


def seconds(moment: str) -> int:
    return calendar.timegm(datetime.fromisoformat(moment).timetuple())


def said(number: str, author: str, author_id: int | str | None, moment: str, text: str, **more: Any) -> dict[str, Any]:
    account = None if author_id is None else str(author_id)
    return message(number, author=author, author_id=account, at=moment, text=text, **more)


def held(number: str, **changes: Any) -> dict[str, Any]:
    """A conversation of our lines."""
    plain = {"channel": "chat", "client_id": str(CLIENT), "client_group": None, "topic": None, "events": []}
    return talk(number, **{**plain, "messages": [], **changes})


def occurred(number: str, kind: str, moment: str, **more: Any) -> dict[str, Any]:
    return {"id": number, "type": kind, "at": moment, **more}
