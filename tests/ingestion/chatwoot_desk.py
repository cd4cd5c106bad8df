"""A Chatwoot with the week of chatwoot_talks.py, and what lands of it."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.ingestion.desk_talks import BOT

if TYPE_CHECKING:
    from tests.ingestion.chatwoot_server import ChatwootServer
    from tests.ingestion.home import Home, Landed

ENTITIES = ("conversations", "messages", "conversation_events")
OFFICES = {"Первая линия": "C01", "Юристы": "C02", "3": "C01", "4": "C02"}
CHANNELS = {"web": "chat", "voice": "phone", "Channel::WebWidget": "chat", "Channel::Email": "email"}
SHARED = {
    "default_touchpoint": "contact_centre",
    "token": "DESK",
    "offices": OFFICES,
    "codes": {"channel": CHANNELS},
    "bots": [str(BOT)],
    "kept_out": {"spam": ["спам"]},
}


@dataclass
class Desk:
    """A system: its server, its description, its week, and the same week as lines."""

    server: ChatwootServer
    description: dict[str, Any]
    week: list[dict[str, Any]]
    lines: list[dict[str, Any]]
    key: str

    def describe(self, home: Home, **changes: Any) -> None:
        home.describe(contact_centre={**SHARED, "url": self.server.address, **self.description, **changes})

    def hold(self, week: list[dict[str, Any]]) -> None:
        self.server.talks = {talk["id"]: copy.deepcopy(talk) for talk in week}


def content(landed: Landed) -> dict[str, list[dict[str, Any]]]:
    """Everything that landed, but for where it came from."""
    drop = ("origin", "load_id", "loaded_at")
    return {
        name: sorted(landed.frames[name].drop(drop, strict=False).to_dicts(), key=lambda row: row["record_id"])
        for name in ENTITIES
    }
