"""Zendesk on this machine: it answers as the real one does, and as badly as it is told."""

from __future__ import annotations

import base64
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from ingestion.sources.contact_centre import zendesk
from tests.ingestion.survey_servers import SurveyServer
from tests.ingestion.web import status

if TYPE_CHECKING:
    from collections.abc import Callable
    from http.server import BaseHTTPRequestHandler

    import pytest

    from tests.ingestion.home import Home

USER, TOKEN = "reader@example.org", "zdk-7b2e"
LOGIN = base64.b64encode(f"{USER}/token:{TOKEN}".encode()).decode()
CLIENT, ANNA, BORIS, HEAD, BOT, SYSTEM = 40, 7, 8, 77, 90, -1
FIRST, EXPERTS, OTHERS = 301, 302, 303
ROLES = {CLIENT: "end-user", ANNA: "agent", BORIS: "admin", HEAD: "agent", BOT: "agent"}
TRIGGER = {"channel": "rule", "source": {"from": {"id": 5, "title": "Правило"}, "to": {}, "rel": "trigger"}}
MERGE = {"channel": "web", "source": {"from": {"ticket_id": 9}, "to": {}, "rel": "merge"}}
DESCRIPTION: dict[str, Any] = {
    "system": "zendesk",
    "user": USER,
    "token": "ZENDESK",
    "default_touchpoint": "contact_centre",
    "fields": {
        "office_id": "group_id",
        "client_group": "custom_fields.360",
        "client_id": "requester.external_id",
    },
    "offices": {str(FIRST): "C01", str(EXPERTS): "C02"},
    "codes": {
        "channel": {"native_messaging": "chat", "web": "site_form", "voice": "phone"},
        "client_group": {"Гражданин": "job_seeker"},
    },
    "bots": [str(BOT)],
    "higher": [str(EXPERTS), str(HEAD)],
    "kept_out": {"spam": ["спам", "реклама"], "test": ["проверка"], "duplicate": ["повтор"]},
}


class ZendeskServer(SurveyServer):
    """Tickets with their audits, and accounts; the export goes by the moment of the newest change."""

    def __init__(self) -> None:
        super().__init__()
        self.tickets: list[Any] = []
        self.audits: dict[str, list[Any]] = {}
        self.users: list[Any] = [
            {"id": number, "role": role, "external_id": "112-233-445 95", "email": f"{number}@example.org"}
            for number, role in ROLES.items()
        ]
        self.keys: set[str | None] = set()
        self.before_page: dict[int, Callable[[], None]] = {}

    def plant(self, ticket: Any, *audits: Any) -> None:
        self.tickets.append(ticket)
        self.audits[str(ticket["id"])] = list(audits)

    def get(self, handler: BaseHTTPRequestHandler) -> None:
        url = urlsplit(handler.path)
        self.keys.add(handler.headers["Authorization"])
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        match url.path.removeprefix("/api/v2/").split("/"):
            case ["incremental", "tickets", "cursor.json"]:
                self.reply(handler, "export", lambda: self._export(query))
            case ["tickets", "show_many.json"]:
                self.reply(handler, "ticket", lambda: self._shown("tickets", self.tickets, query))
            case ["users", "show_many.json"]:
                self.reply(handler, "users", lambda: self._shown("users", self.users, query))
            case ["tickets", number, "audits.json"] if number in self.audits:
                self.reply(handler, "audits", lambda: self._audits(number, query))
            case _:
                self.asked.append("404")
                status(404)(handler)

    def _shown(self, name: str, rows: list[Any], query: dict[str, str]) -> dict[str, Any]:
        asked = query["ids"].split(",")
        assert len(asked) <= zendesk.USERS_ASKED
        return {name: [row for row in rows if isinstance(row, dict) and str(row["id"]) in asked], "next_page": None}

    def _export(self, query: dict[str, str]) -> dict[str, Any]:
        self.before_page.pop(self.asked.count("export"), lambda: None)()
        assert query["exclude_deleted"] == "true"
        assert ("start_time" in query) != ("cursor" in query)
        size = int(query["per_page"])
        rows = sorted(self.tickets, key=_place)
        if "start_time" in query:
            since = datetime.fromtimestamp(int(query["start_time"]), UTC).isoformat().replace("+00:00", "Z")
            left = [row for row in rows if not isinstance(row, dict) or str(row.get("updated_at")) >= since]
        else:
            left = [row for row in rows if cursor_of(row) > query["cursor"]]
        page = left[:size]
        after = cursor_of(page[-1]) if page else "the end"
        return {"tickets": page, "after_cursor": after, "after_url": None, "end_of_stream": len(left) <= size}

    def _audits(self, number: str, query: dict[str, str]) -> dict[str, Any]:
        start, size = int(query.get("page[after]", "0")), int(query["page[size]"])
        rows = self.audits[number]
        end = start + size
        return {"audits": rows[start:end], "meta": {"has_more": end < len(rows), "after_cursor": str(end)}}


def _place(row: Any) -> tuple[str, str]:
    return (str(row.get("updated_at")), str(row.get("id"))) if isinstance(row, dict) else ("2026-11-13", str(row))


def cursor_of(row: Any) -> str:
    return base64.b16encode("|".join(_place(row)).encode()).decode()


def ticket(number: Any, created_at: Any, **changes: Any) -> dict[str, Any]:
    row = {
        "id": number,
        "url": f"https://example.zendesk.com/api/v2/tickets/{number}.json",
        "subject": "справка",
        "description": "Здравствуйте",
        "status": "open",
        "group_id": FIRST,
        "assignee_id": None,
        "requester_id": CLIENT,
        "submitter_id": CLIENT,
        "tags": [],
        "custom_fields": [{"id": 360, "value": "Гражданин"}, {"id": 361, "value": None}],
        "via": {"channel": "native_messaging", "source": {"from": {}, "to": {}, "rel": None}},
        "created_at": created_at,
        "updated_at": "2026-11-12T00:00:00Z",
    }
    return {**row, **changes}


def audit(number: Any, created_at: Any, by: int, *events: Any, **changes: Any) -> dict[str, Any]:
    """One update; its events are numbered after it unless they have a number."""
    numbered = [
        {"id": number * 100 + place, **event} if isinstance(event, dict) and isinstance(number, int) else event
        for place, event in enumerate(events, start=1)
    ]
    row = {
        "id": number,
        "created_at": created_at,
        "author_id": by,
        "metadata": {"system": {"ip_address": "192.0.2.1"}},
        "via": {"channel": "web", "source": {"from": {}, "to": {}, "rel": None}},
        "events": numbered,
    }
    return {**row, **changes}


def comment(text: Any = "Здравствуйте", **changes: Any) -> dict[str, Any]:
    return {"type": "Comment", "body": text, "plain_body": text, "public": True, "attachments": [], **changes}


def created(name: str, value: Any) -> dict[str, Any]:
    return {"type": "Create", "field_name": name, "value": value}


def changed(name: str, before: Any, after: Any, **more: Any) -> dict[str, Any]:
    values = [str(value) if isinstance(value, int) else value for value in (before, after)]
    return {"type": "Change", "field_name": name, "previous_value": values[0], "value": values[1], **more}


def at(day: int, clock: str) -> str:
    return f"2026-11-{day:02d}T{clock}:00Z"


def described(home: Home, server: ZendeskServer, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A home whose contact centre is this server, and which never sleeps between attempts."""
    monkeypatch.setenv("CX_SECRET_ZENDESK", TOKEN)
    monkeypatch.setattr(time, "sleep", lambda _seconds: None)
    home.describe(contact_centre={**DESCRIPTION, "url": server.address})
    return home
