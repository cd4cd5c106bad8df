"""Zendesk's Support API: the tickets that changed since the week began, each with its audits."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar

from ingestion.asked import day_of, days_asked, note_input
from ingestion.extract import Context, Extract, SourceError
from ingestion.http import Server, server
from ingestion.sources.contact_centre import desk
from ingestion.sources.contact_centre.desk import Row, field_of, id_of
from ingestion.sources.contact_centre.zendesk_audits import (
    Audits,
    Step,
    authors_of,
    hidden_later,
    is_spoken,
    message_of,
    steps_of,
    tags_of,
)
from ingestion.sources.contact_centre.zendesk_events import Ticket, events_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import polars as pl

    from ingestion.sources.contact_centre.config import Zendesk

TICKETS_OF_A_PAGE = 500  # half of what the system allows: a ticket holds its first letter
AUDITS_OF_A_PAGE = 100
USERS_ASKED = 100  # the most that the system allows
_OF_EACH = 2  # requests for a ticket: its audits, and its share of the lists
_TICKETS_AT_ONCE = 50  # whose authors are asked for together
_READINGS = 3  # of a page that does not lead on
_REQUESTER = "requester."
_T = TypeVar("_T")
_BY_CALL = {"outbound": "service", "inbound": "client", "voicemail": "client"}


@dataclass
class _Reader:
    source: Server
    config: Zendesk
    context: Context
    extract: Extract
    roles: dict[str, str | None] = field(default_factory=dict)  # by account; null: there is no such account
    users: dict[str, Row] = field(default_factory=dict)  # by account what the roles of a conversation need of it
    noted: list[Any] = field(default_factory=list)

    def note(self, number: str | None, content: Any) -> None:
        """Keep the hash of what was read: all of it is too much to keep."""
        text = json.dumps(content, ensure_ascii=True, sort_keys=True)
        self.noted.append([number or "", hashlib.sha256(text.encode()).hexdigest()])

    def set_aside(self, entity: str, number: str | None, content: Any) -> None:
        """Quarantine what has not the shape of a record; what it says cannot be redacted."""
        desk.set_aside(self.extract, self.source, entity, number)
        self.note(number, content)


def read(config: Zendesk, context: Context, extract: Extract) -> Iterator[pl.DataFrame]:
    """Conversations that something happened to in the week: rows of ``TALK`` with their ``origin``."""
    login = f"{config.user}/token:{context.secret(config.token)}"
    headers = {"Authorization": f"Basic {base64.b64encode(login.encode()).decode()}"}
    with server(f"{config.url.rstrip('/')}/api/v2/", {}, headers, most=_OF_EACH * desk.MOST_REQUESTS) as source:
        reader = _Reader(source, config, context, extract)
        yield from desk.frames_of(_talks(reader))
        note_input(extract, f"{source.host}/tickets", sorted(reader.noted))


def _talks(reader: _Reader) -> Iterator[Row]:
    for tickets in _parts(_tickets(reader), _TICKETS_AT_ONCE):
        read_ones = [(ticket, audits) for ticket in tickets if (audits := _audits(ticket, reader)) is not None]
        accounts = {number for _, audits in read_ones for number in authors_of(audits)}
        accounts |= {number for ticket, _ in read_ones if (number := id_of(ticket.get("requester_id")))}
        _ask_users(accounts, reader)
        for ticket, audits in read_ones:
            talk = _talk(ticket, audits, reader)
            if desk.is_of_the_week(talk, reader.context):
                reader.noted.append([talk["id"] or "", desk.hash_of(talk, reader.context)])
                yield talk


def _tickets(reader: _Reader) -> list[Row]:
    """Tickets that can belong to the week, of each only what is needed, in the order of their ids."""
    first, last = days_asked(reader.context)
    found: dict[str, Row] = {}
    for item in _exported(reader.source, first):
        if not isinstance(item, dict):
            reader.set_aside("conversations", None, item)
            continue
        created, updated = day_of(item.get("created_at")), day_of(item.get("updated_at"))
        number = id_of(item.get("id"))
        key = number or json.dumps(item, sort_keys=True)
        # one that changes while the list is read comes again, and may be deleted by then
        found.pop(key, None)
        is_other = (created is not None and created > last) or (updated is not None and updated < first)
        if not is_other and item.get("status") != "deleted":
            found[key] = _needed(item, reader.config)
    return [found[key] for key in sorted(found, key=lambda key: (len(key), key))]


def _exported(source: Server, first: str) -> Iterator[Any]:
    """Tickets that changed since a day, oldest change first; a change while they are read comes at the end."""
    start = int(datetime.fromisoformat(first).replace(tzinfo=UTC).timestamp())
    params: dict[str, Any] = {"start_time": start}
    cursors: list[str] = []
    while True:
        query = {**params, "per_page": TICKETS_OF_A_PAGE, "exclude_deleted": "true"}
        answer = source.get("incremental/tickets/cursor.json", query)
        yield from _listed(answer, "tickets", "проверьте url", source)
        is_end = answer.get("end_of_stream")
        if not isinstance(is_end, bool):
            raise SourceError(f"{source.host}: не сказано, последняя ли страница (end_of_stream); проверьте url")
        if is_end:
            return
        params = {"cursor": _next(answer.get("after_cursor"), cursors, source)}


def _listed(answer: Any, name: str, advice: str, source: Server) -> list[Any]:
    items = answer.get(name) if isinstance(answer, dict) else None
    if not isinstance(items, list):
        raise SourceError(f"{source.host}: нет списка {name}; {advice}")
    return items


def _next(cursor: Any, before: list[str], source: Server) -> str:
    if not isinstance(cursor, str) or not cursor:
        raise SourceError(f"{source.host}: нет указателя следующей страницы (after_cursor); повторите позже")
    if before.count(cursor) == _READINGS:
        raise SourceError(f"{source.host}: страницы повторяются; проверьте источник")
    before.append(cursor)
    return cursor


def _needed(item: Row, config: Zendesk) -> Row:
    """Fields of a ticket that are used, those of a region's own by their number."""
    own = item.get("custom_fields")
    named = {path.split(".")[0] for path in config.fields.values()}
    names = {"id", "created_at", "subject", "via", "requester_id", "tags", *named}
    kept = {name: item[name] for name in sorted(names) if name in item}
    if isinstance(own, list):
        asked = {path.partition(".")[2] for path in config.fields.values() if path.startswith("custom_fields.")}
        values = {field_of(one, "id"): one.get("value") for one in own if isinstance(one, dict)}
        kept["custom_fields"] = {number: value for number, value in values.items() if number in asked}
    return kept


def _audits(ticket: Row, reader: _Reader) -> Audits | None:
    """Steps of the audits of a ticket, oldest first; None where it was deleted since it was listed."""
    number = id_of(ticket.get("id"))
    if number is None:
        return []
    try:
        items = _audits_listed(number, reader.source)
    except SourceError:
        if _is_there(number, reader.source):
            raise
        return None
    found: dict[str, Row] = {}
    for item in items:
        if isinstance(item, dict) and isinstance(item.get("events"), list):
            found[id_of(item.get("id")) or json.dumps(item, sort_keys=True)] = item
        else:
            reader.set_aside("conversation_events", number, item)
    ordered = sorted(found.values(), key=lambda item: (field_of(item, "created_at") or "", _place(item)))
    return [_steps(item, number, reader) for item in ordered]


def _place(item: Row) -> int:
    return int(id_of(item.get("id")) or 0)


def _steps(audit: Row, number: str, reader: _Reader) -> list[Step]:
    events = [event for event in audit["events"] if isinstance(event, dict)]
    for event in audit["events"]:
        if not isinstance(event, dict):
            reader.set_aside("conversation_events", number, event)
    return steps_of(audit, events)


def _audits_listed(number: str, source: Server) -> Iterable[Any]:
    """Audits of a ticket: their list only grows at its end."""
    params: dict[str, Any] = {"page[size]": AUDITS_OF_A_PAGE}
    cursors: list[str] = []
    items: list[Any] = []
    while True:
        answer = source.get(f"tickets/{number}/audits.json", params)
        items += _listed(answer, "audits", f"история обращения {number} не читается", source)
        meta = answer.get("meta")
        is_more = meta.get("has_more") if isinstance(meta, dict) else None
        if not isinstance(is_more, bool):
            raise SourceError(f"{source.host}: не сказано, вся ли история обращения {number} (meta.has_more)")
        if not is_more:
            return items
        params["page[after]"] = _next(meta.get("after_cursor"), cursors, source)


def _is_there(number: str, source: Server) -> bool:
    answer = source.get("tickets/show_many.json", {"ids": number})
    tickets = _listed(answer, "tickets", "проверьте url", source)
    return any(isinstance(ticket, dict) and id_of(ticket.get("id")) == number for ticket in tickets)


def _ask_users(accounts: set[str], reader: _Reader) -> None:
    """Learn what is not yet known of accounts; one that is not told of is asked for once more."""
    kept = sorted({path.split(".")[1] for path in reader.config.fields.values() if path.startswith(_REQUESTER)})
    for _ in range(2):
        unknown = sorted(accounts - reader.roles.keys(), key=lambda number: (len(number), number))
        for numbers in _parts(unknown, USERS_ASKED):
            answer = reader.source.get("users/show_many.json", {"ids": ",".join(numbers)})
            for user in _listed(answer, "users", "дайте учётной записи право читать пользователей", reader.source):
                number = id_of(user.get("id")) if isinstance(user, dict) else None
                if number in accounts:
                    reader.roles[number] = field_of(user, "role")
                    reader.users[number] = {name: user.get(name) for name in kept}
    reader.roles.update(dict.fromkeys(accounts - reader.roles.keys()))


def _parts(items: Sequence[_T], size: int) -> Iterator[Sequence[_T]]:
    return (items[start : start + size] for start in range(0, len(items), size))


def _talk(ticket: Row, audits: Audits, reader: _Reader) -> Row:
    config, number = reader.config, id_of(ticket.get("id"))
    requester = id_of(ticket.get("requester_id"))
    shown = hidden_later(audits)
    messages: list[Row] = []
    for step in (step for steps in audits for step in steps if is_spoken(step)):
        public = shown.get(step.id or "", step.row.get("public"))
        message = message_of(step, requester, reader.roles, public, config)
        if message is None:
            reader.set_aside("messages", number, step.row)
        else:
            messages.append(message)
    created_at = field_of(ticket, "created_at")
    known = Ticket(number, created_at, tags_of(ticket.get("tags")), messages)
    events, ended_at = events_of(known, audits, reader.roles, config)
    item = {**ticket, "requester": reader.users.get(requester or "", {})}
    return {
        **desk.roles_of(item, config),
        "id": number,
        "channel": desk.code_of(config, "channel", field_of(ticket, "via.channel")),
        "topic": field_of(ticket, "subject"),
        "initiated_by": _initiated_by(ticket, messages),
        "created_at": created_at,
        "ended_at": ended_at,
        "messages": messages,
        "events": events,
        "origin": f"{reader.source.host}#{number}",
    }


def _initiated_by(ticket: Row, messages: list[Row]) -> str | None:
    """Who called, or whose words the client and the service saw first."""
    by_call = _BY_CALL.get(field_of(ticket, "via.source.rel") or "")
    authors = [row["author"] for row in messages if row["public"] and row["author"] in ("client", "staff")]
    first = {"client": "client", "staff": "service"}.get(authors[0]) if authors else None
    return by_call or first
