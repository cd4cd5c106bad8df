"""The contacts of a written demo region, read back from its database and its conversations, one object each.

Nothing here comes from the generator: what its truth says is counted again from these by plain loops.
"""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DAY = timedelta(days=1)
TYPES = {
    "Решено": "solved",
    "Возобновлено": "reopened",
    "Передано": "transferred",
    "Вышестоящим": "up",
    "Смежным": "side",
}
EXCLUDING = ("Спам", "Тест", "Дубль", "Объединено", "spam", "test", "duplicate", "merged")


def week_in(moment: datetime, zone: str) -> str:
    year, number, _ = moment.astimezone(ZoneInfo(zone)).isocalendar()
    return f"{year}-W{number:02d}"


@dataclass
class Contact:
    """A contact with its moments in UTC; an event is its type, moment, direction, and whether a rule made it."""

    is_talk: bool
    office: str
    zone: str
    row: dict[str, Any]
    received: datetime
    events: list[tuple[str, datetime, str | None, Any]] = field(default_factory=list)
    messages: list[dict[str, Any]] = field(default_factory=list)

    @property
    def week(self) -> str:
        return week_in(self.received, self.zone)

    def at(self, kind: str) -> list[datetime]:
        return sorted(at for found, at, _, _ in self.events if found == kind)

    def is_solved(self, days: int) -> bool:
        """Solved within the days, and not reopened within them."""
        end = self.received + days * DAY
        return any(at <= end for at in self.at("solved")[:1]) and not any(at <= end for at in self.at("reopened"))

    def is_out(self, known_until: str = "9999-W01") -> bool:
        """Excluded, as far as it is known at the end of a week."""
        return self.row["initiated_by"] == "service" or any(
            kind in EXCLUDING and at <= self.received + 7 * DAY and week_in(at, self.zone) <= known_until
            for kind, at, _, _ in self.events
        )

    def hand_overs(self) -> list[str | None]:
        """Directions of the hand-overs that count."""
        counted = []
        for kind, at, direction, automatic in self.events:
            is_mended = direction == "side" and at <= self.received + timedelta(minutes=15)
            if kind == "transferred" and at <= self.received + 7 * DAY and not automatic and not is_mended:
                counted.append(direction)
        return counted

    def turns(self) -> list[str]:
        """Who spoke, turn by turn, where the client could read it."""
        speakers: list[str] = []
        for said in sorted(self.messages, key=lambda message: moment_of(message["at"])):
            if said["public"] and said["author"] != "auto" and moment_of(said["at"]) <= self.received + 7 * DAY:
                speakers += [said["author"]] if speakers[-1:] != [said["author"]] else []
        return speakers


def moment_of(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def contacts_of(region: Path) -> list[Contact]:
    with sqlite3.connect(region / "ais.db") as ais:
        ais.row_factory = sqlite3.Row
        zones = dict(tuple(row) for row in ais.execute("select office_id, time_zone from offices"))
        contacts = {
            row["id"]: Contact(
                False, row["office_id"], zones[row["office_id"]], dict(row), moment_of(row["received_at"])
            )
            for row in ais.execute("select * from appeals")
        }
        for row in ais.execute("select * from appeal_events"):
            kind, direction = (TYPES.get(row[name], row[name]) for name in ("event_type", "direction"))
            contacts[row["appeal_id"]].events.append(
                (kind, moment_of(row["occurred_at"]), direction, row["is_automatic"])
            )
    ais.close()
    return [*contacts.values(), *_talks(region, zones)]


def _talks(region: Path, zones: dict[str, str]) -> Iterator[Contact]:
    last: dict[str, dict[str, Any]] = {}
    for path in sorted((region / "contact_centre").glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            talk = json.loads(line)
            last[talk["id"]] = talk
    for talk in last.values():
        events = [
            (event["type"], moment_of(event["at"]), event["direction"], event["automatic"]) for event in talk["events"]
        ]
        yield Contact(
            True,
            talk["office_id"],
            zones[talk["office_id"]],
            talk,
            moment_of(talk["created_at"]),
            events,
            talk["messages"] or [],
        )
