"""Chatwoot on this machine: it answers as the real one does, and as badly as it is told."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from tests.ingestion.survey_servers import SurveyServer
from tests.ingestion.web import status

if TYPE_CHECKING:
    from collections.abc import Callable
    from http.server import BaseHTTPRequestHandler

TOKEN = "dsk-91c7"


class ChatwootServer(SurveyServer):
    """Conversations by number; each holds what the system tells of it, besides itself, under ``_`` names."""

    page = 2  # conversations, or messages, of a page
    teams = ("Первая", "Старшие")
    is_wrapped = False  # whether the list stands in «data»

    def __init__(self) -> None:
        super().__init__()
        self.talks: dict[int, dict[str, Any]] = {}
        self.keys: set[str | None] = set()

    def get(self, handler: BaseHTTPRequestHandler) -> None:
        url = urlsplit(handler.path)
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        name, answer = self.route(url.path, query, handler)
        self.reply(handler, name, lambda: answer)

    def seen(self, number: str | int) -> dict[str, Any]:
        return self.talks[int(number)]

    def spoil(self, name: str, place: int, change: str, *, for_ever: bool = False) -> None:
        """Have the answers to a request, from one of them on, come empty, shorter or with what came before."""
        self.spoilt = (name, place, change, for_ever)
        self.pages: list[list[Any]] = []

    def reply(self, handler: BaseHTTPRequestHandler, name: str, answer: Callable[[], Any]) -> None:
        super().reply(handler, name, lambda: self._spoil(name, answer()))

    def _spoil(self, name: str, answer: Any) -> Any:
        spoilt, place, change, for_ever = getattr(self, "spoilt", ("", 0, "", False))
        if name != spoilt:
            return answer
        self.pages.append(page := answer["payload"])
        if len(self.pages) != place and not (for_ever and len(self.pages) > place):
            return answer
        before = self.pages[-2] if len(self.pages) > 1 else page[:1] * 2
        return {**answer, "payload": {"empty": [], "shorter": page[:-1], "repeated": before}[change]}

    def route(self, path: str, query: dict[str, str], handler: BaseHTTPRequestHandler) -> tuple[str, Any]:
        self.keys.add(handler.headers["api_access_token"])
        base = "/api/v1/accounts/5"
        if path == f"{base}/teams":
            return "teams", [{"id": number, "name": name} for number, name in enumerate(self.teams, 1)]
        asked = re.fullmatch(rf"{base}/conversations/(\d+)/messages", path)
        assert asked
        before = int(query.get("before", 1 << 60))
        if int(asked[1]) not in self.talks:
            self.faults["messages"] = [status(404)]
            return "messages", {}
        older = [message for message in self.seen(asked[1])["_messages"] if message["id"] < before]
        return "messages", {"meta": {}, "payload": older[-self.page :]}

    def post(self, handler: BaseHTTPRequestHandler, request: dict[str, Any]) -> None:
        """The filter: days of what is compared are those of the server, the newest activity stands first."""
        self.keys.add(handler.headers["api_access_token"])
        url = urlsplit(handler.path)
        assert url.path == "/api/v1/accounts/5/conversations/filter"
        number = int(parse_qs(url.query)["page"][0])
        conditions = {one["attribute_key"]: (one["filter_operator"], one["values"]) for one in request["payload"]}
        found = self._filtered(conditions, number)
        self.reply(handler, "list", lambda: {"data": found} if self.is_wrapped else found)

    def _filtered(self, conditions: dict[str, tuple[str, list[str]]], number: int) -> dict[str, Any]:
        fits = [
            talk for talk in self.talks.values() if all(_fits(talk, name, *one) for name, one in conditions.items())
        ]
        fits.sort(key=lambda talk: -talk["last_activity_at"])
        page = [shown(one) for one in fits[(number - 1) * self.page : number * self.page]]
        return {"meta": {"mine_count": 0, "all_count": len(fits)}, "payload": page}


def shown(talk: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in talk.items() if not name.startswith("_")}


def _fits(talk: dict[str, Any], name: str, operator: str, values: list[str]) -> bool:
    if name == "display_id":
        return str(talk["id"]) in values
    held = talk[name]
    if not isinstance(held, int | float) or isinstance(held, bool) or not 0 < held < 1e10:
        return True  # no such value stands in a real database
    day = datetime.fromtimestamp(held, UTC).date().isoformat()
    return day > values[0] if operator == "is_greater_than" else day < values[0]
