"""Chatwoot on this machine: it answers as the real one does, and as badly as it is told."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from tests.ingestion.survey_servers import SurveyServer

if TYPE_CHECKING:
    from http.server import BaseHTTPRequestHandler

TOKEN = "dsk-91c7"


class DeskServer(SurveyServer):
    """Conversations by number; each holds what the system tells of it, besides itself, under ``_`` names."""

    page = 2  # conversations, or messages, of a page

    def __init__(self) -> None:
        super().__init__()
        self.talks: dict[int, dict[str, Any]] = {}
        self.keys: set[str | None] = set()

    def get(self, handler: BaseHTTPRequestHandler) -> None:
        url = urlsplit(handler.path)
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        name, answer = self.route(url.path, query, handler)
        self.reply(handler, name, lambda: answer)

    def route(self, path: str, query: dict[str, str], handler: BaseHTTPRequestHandler) -> tuple[str, Any]:
        raise NotImplementedError

    def seen(self, number: str | int) -> dict[str, Any]:
        return self.talks[int(number)]


def shown(talk: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in talk.items() if not name.startswith("_")}


class ChatwootServer(DeskServer):
    def route(self, path: str, query: dict[str, str], handler: BaseHTTPRequestHandler) -> tuple[str, Any]:
        self.keys.add(handler.headers["api_access_token"])
        base = "/api/v1/accounts/5/conversations"
        if path == base:
            assert (query["status"], query["sort_by"]) == ("all", "last_activity_at_desc")
            start = (int(query["page"]) - 1) * self.page
            ordered = sorted(self.talks.values(), key=lambda talk: -talk["last_activity_at"])
            return "list", {"data": {"meta": {}, "payload": [shown(one) for one in ordered[start : start + self.page]]}}
        asked = re.fullmatch(rf"{base}/(\d+)/messages", path)
        assert asked
        before = int(query.get("before", 1 << 60))
        older = [message for message in self.seen(asked[1])["_messages"] if message["id"] < before]
        return "messages", {"meta": {}, "payload": older[-self.page :]}
