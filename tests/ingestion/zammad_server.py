"""Zammad on this machine: it answers as the real one does, and as badly as it is told."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from tests.ingestion.survey_servers import SurveyServer
from tests.ingestion.web import status

if TYPE_CHECKING:
    from collections.abc import Callable
    from http.server import BaseHTTPRequestHandler

    import pytest

    from tests.ingestion.home import Home

TOKEN = "zmd-4c1f"
DESCRIPTION: dict[str, Any] = {
    "system": "zammad",
    "token": "ZAMMAD",
    "default_touchpoint": "contact_centre",
    "fields": {"office_id": "center", "client_group": "client_kind", "client_id": "customer"},
    "offices": {"Второй": "C02"},
    "codes": {
        "channel": {"web": "site_form", "telegram personal-message": "social"},
        "client_group": {"Гражданин": "job_seeker"},
    },
    "bots": ["90"],
    "higher": ["Эксперты", "77"],
    "kept_out": {"spam": ["спам", "реклама"], "test": ["проверка"], "duplicate": ["повтор"]},
}
TYPES = ["new", "open", "pending reminder", "pending action", "closed", "merged"]
STATES = {"new": 1, "open": 2, "pending reminder": 3, "closed": 4, "merged": 5, "отложено": 6, "решено": 7}
TYPE_OF_STATE = {"отложено": "pending action", "решено": "closed"}
AFTER = "after (absolute)"


class ZammadServer(SurveyServer):
    """Tickets with their articles and history; without an index a query finds nothing, as in the real one."""

    def __init__(self) -> None:
        super().__init__()
        self.tickets: list[Any] = []
        self.articles: dict[str, Any] = {}
        self.history: dict[str, Any] = {}
        self.states: Any = [
            {"id": number, "name": name, "state_type": TYPE_OF_STATE.get(name, name)} for name, number in STATES.items()
        ]
        self.keys: set[str | None] = set()
        self.before_page: dict[int, Callable[[], None]] = {}

    def plant(self, ticket: Any, articles: Any = (), history: Any = ()) -> None:
        self.tickets.append(ticket)
        self.articles[str(ticket["id"])] = list(articles)
        self.history[str(ticket["id"])] = list(history)

    def get(self, handler: BaseHTTPRequestHandler) -> None:
        url = urlsplit(handler.path)
        self.keys.add(handler.headers["Authorization"])
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        _, _, version, name, *rest = url.path.split("/")
        assert version == "v1"
        if name == "tickets":
            assert rest == ["search"]
            self.reply(handler, "search", lambda: self._search(query))
        elif name == "ticket_states":
            self.reply(handler, "states", lambda: self.states)
        elif rest[-1] not in self.articles:
            self.asked.append(name)
            status(404)(handler)
        elif name == "ticket_articles":
            self.reply(handler, "articles", lambda: self.articles[rest[-1]])
        else:
            assert name == "ticket_history"
            self.reply(handler, "history", lambda: {"history": self.history[rest[-1]], "assets": {}})

    def _search(self, query: dict[str, str]) -> list[Any]:
        assert query["expand"] == "true"
        if query.get("condition[ticket.id][operator]") == "is":
            return [row for row in self.tickets if str(row["id"]) == query["condition[ticket.id][value]"]]
        self.before_page.pop(self.asked.count("search"), lambda: None)()
        found = self.tickets
        for name in ("created_at", "updated_at"):
            assert query[f"condition[ticket.{name}][operator]"] == AFTER
            since = query[f"condition[ticket.{name}][value]"]
            found = [row for row in found if not isinstance(row, dict) or str(row.get(name)) >= since]
        assert (query["sort_by"], query["order_by"]) == ("created_at,id", "asc,asc")
        found = sorted(found, key=_place)
        size = int(query["per_page"])
        start = (int(query["page"]) - 1) * size
        return found[start : start + size]


def _place(row: Any) -> tuple[str, int]:
    if not isinstance(row, dict):
        return "", 0
    return str(row.get("created_at")), row["id"] if isinstance(row.get("id"), int) else 0


def ticket(number: Any, created_at: str, **changes: Any) -> dict[str, Any]:
    row = {
        "id": number,
        "number": f"22{number}",
        "title": "справка",
        "group": "Первая линия",
        "group_id": 1,
        "state_id": STATES["open"],
        "owner_id": 1,
        "owner": "-",
        "customer_id": 40,
        "customer": "client@example.org",
        "center": "C01",
        "client_kind": "Гражданин",
        "create_article_type": "chat",
        "create_article_sender": "Customer",
        "created_at": created_at,
        "updated_at": "2026-11-12T00:00:00.000Z",
        "preferences": {},
    }
    return {**row, **changes}


def article(number: Any, at: str, **changes: Any) -> dict[str, Any]:
    row = {
        "id": number,
        "sender": "Customer",
        "type": "chat",
        "internal": False,
        "body": "Здравствуйте",
        "content_type": "text/plain",
        "created_by_id": 40,
        "origin_by_id": None,
        "created_at": at,
        "preferences": {},
    }
    return {**row, **changes}


def change(number: Any, at: str, attribute: str, before: Any, after: Any, by: int = 7, **more: Any) -> dict[str, Any]:
    """An entry of the history; states are named, owners and groups are (id, name)."""
    pairs = [(STATES.get(value), value) if isinstance(value, str) else value for value in (before, after)]
    row = {
        "id": number,
        "object": "Ticket",
        "type": "updated",
        "attribute": attribute,
        "id_from": pairs[0][0],
        "value_from": pairs[0][1],
        "id_to": pairs[1][0],
        "value_to": pairs[1][1],
        "created_at": at,
        "created_by_id": by,
    }
    return {**row, **more}


def tag(number: Any, at: str, name: str, kind: str = "added", by: int = 7) -> dict[str, Any]:
    return {
        "id": number,
        "object": "Ticket",
        "type": kind,
        "attribute": "tag",
        "value_from": "",
        "value_to": name,
        "created_at": at,
        "created_by_id": by,
    }


def at(day: int, clock: str) -> str:
    return f"2026-11-{day:02d}T{clock}:00.000Z"


def described(home: Home, server: ZammadServer, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A home whose contact centre is this server, and which never sleeps between attempts."""
    monkeypatch.setenv("CX_SECRET_ZAMMAD", TOKEN)
    monkeypatch.setattr(time, "sleep", lambda _seconds: None)
    home.describe(contact_centre={**DESCRIPTION, "url": server.address})
    return home
