"""Zendesk's Support API: tickets that were touched since the week began, each with the audits that tell its story."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from ingestion.asked import Digest, day_of, days_asked
from ingestion.extract import SourceError
from ingestion.http import Server, server
from ingestion.markup import text_of_html
from ingestion.sources.contact_centre.desk import (
    MOST_REQUESTS,
    Row,
    WrongShapeError,
    code_of,
    ended_at,
    event,
    field_of,
    frames_of,
    kept_out,
    listed,
    roles_of,
    rows_of,
    talks_of,
    text_of,
    texts_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl

    from ingestion.extract import Context, Extract
    from ingestion.sources.contact_centre.config import Zendesk

_CLOSED = ("solved", "closed")
_WHAT = {"status": "state", "group_id": "group", "assignee_id": "person"}
_BY_ITSELF = ("rule", "system")  # channels of what triggers, automations and Zendesk itself do
_SYSTEM = "-1"  # the author of what Zendesk itself writes


@dataclass(frozen=True)
class _Change:
    """A change of a ticket, as its audits tell it.

    Attributes:
        id: of the change, stable.
        at: moment as the system writes it.
        what: what has changed; a person is who is responsible.
        before: the value that it had, None where nobody was responsible.
        after: the value that it got.
        is_automatic: no person did it.
    """

    id: str
    at: str | None
    what: Literal["state", "group", "person"]
    before: str | None
    after: str | None
    is_automatic: bool = False


def read(config: Zendesk, context: Context, extract: Extract) -> Iterator[pl.DataFrame]:
    """Tickets of the week as rows of ``TALK``."""
    account = base64.b64encode(f"{config.user}/token:{context.secret(config.token)}".encode()).decode()
    digest = Digest()
    roles: dict[str, str] = {}
    with server(f"{config.url.rstrip('/')}/", {}, {"Authorization": f"Basic {account}"}, most=MOST_REQUESTS) as source:

        def talk_of(ticket: Row) -> Row:
            audits = list(_audits(source, text_of(ticket.get("id")) or ""))
            digest.add([ticket, audits])
            _learn_roles(source, ticket, audits, roles)
            return _talk(_with_custom_fields(ticket), audits, roles, config)

        yield from frames_of(talks_of(_tickets(source, context), talk_of, source, extract))
        digest.note(extract, f"{source.host}/tickets")


def _tickets(source: Server, context: Context) -> Iterator[Any]:
    """Tickets touched since the week began and made before it ended, once each."""
    first, last = days_asked(context)
    start = int(datetime.fromisoformat(f"{first}T00:00:00+00:00").timestamp())
    address, params = "api/v2/incremental/tickets/cursor.json", {"start_time": start, "per_page": 1000}
    found: dict[str, Any] = {}
    cursors: set[str] = set()
    while True:
        answer = source.get(address, params)
        page = listed(answer.get("tickets") if isinstance(answer, dict) else None, source, "tickets")
        found.update((field_of(ticket, "id") or f"#{len(found)}", ticket) for ticket in page)
        if answer.get("end_of_stream") is True:
            break
        cursor = answer.get("after_cursor")
        if not isinstance(cursor, str) or cursor in cursors:
            raise SourceError(f"{source.host}: страницы повторяются; проверьте источник")
        cursors.add(cursor)
        params = {"cursor": cursor, "per_page": 1000}
    for ticket in found.values():
        is_later = isinstance(ticket, dict) and (day_of(ticket.get("created_at")) or "") > last
        if not is_later and field_of(ticket, "status") != "deleted":
            yield ticket


def _audits(source: Server, number: str) -> Iterator[Row]:
    """Audits of a ticket, the oldest first."""
    link: Any = f"api/v2/tickets/{number}/audits.json?page[size]=100"
    seen: set[str | None] = set()
    while link:
        answer = source.get(link)
        if not isinstance(answer, dict):
            raise WrongShapeError
        page = rows_of(answer.get("audits"))
        numbers = {field_of(audit, "id") for audit in page}
        if numbers & seen:
            raise SourceError(f"{source.host}: страницы повторяются; проверьте источник")
        seen |= numbers
        yield from page
        more = field_of(answer, "meta.has_more") == "true"
        link = field_of(answer, "links.next") if more else None


def _learn_roles(source: Server, ticket: Row, audits: list[Row], roles: dict[str, str]) -> None:
    """Ask who the authors are that are not known yet; whom a ticket is from needs no asking."""
    authors = {field_of(row, "author_id") for audit in audits for row in [audit, *rows_of(audit.get("events"))]}
    known = {*roles, text_of(ticket.get("requester_id"))}
    unknown = sorted(author for author in authors if author and author.isdecimal() and author not in known)
    for start in range(0, len(unknown), 100):
        asked = unknown[start : start + 100]
        answer = source.get("api/v2/users/show_many.json", {"ids": ",".join(asked)})
        users = rows_of(answer.get("users") if isinstance(answer, dict) else None)
        roles.update(dict.fromkeys(asked, "staff"))  # an account that is gone was one of the service
        roles.update({field_of(user, "id") or "": field_of(user, "role") or "staff" for user in users})


def _with_custom_fields(ticket: Row) -> Row:
    """Custom fields of a ticket beside its others, as ``custom.<id>``."""
    fields = rows_of(ticket.get("custom_fields") or [])
    return {**ticket, "custom": {field_of(one, "id") or "": one.get("value") for one in fields}}


def _talk(ticket: Row, audits: list[Row], roles: dict[str, str], config: Zendesk) -> Row:
    client, made_at = text_of(ticket.get("requester_id")), text_of(ticket.get("created_at"))
    messages = [
        _message(row, audit, client, roles, config)
        for audit in audits
        for row in rows_of(audit.get("events"))
        if field_of(row, "type") in ("Comment", "VoiceComment")
    ]
    number = text_of(ticket.get("id")) or ""
    events = _events(number, audits, config)
    first = next((message for message in messages if message["public"]), None)
    return {
        "client_id": client,
        **roles_of(ticket, config),
        "channel": code_of(config, "channel", field_of(ticket, "via.channel")),
        "topic": text_of(ticket.get("subject")),
        "initiated_by": "client" if first and first["author"] == "client" else "service",
        "created_at": made_at,
        "ended_at": ended_at(events),
        "messages": messages,
        "events": events,
    }


def _events(number: str, audits: list[Row], config: Zendesk) -> list[Row]:
    changes: list[_Change] = []
    events: dict[str, Row] = {}  # by id: a tag that comes back says nothing new
    merged_at: set[str | None] = set()
    tags: set[str] = set()
    for audit, row in [(each, row) for each in audits for row in rows_of(each.get("events"))]:
        at, name = text_of(audit.get("created_at")), field_of(row, "field_name")
        if field_of(row, "type") not in ("Create", "Change"):
            continue
        if name == "tags":
            fresh = _tags_of(row.get("value")) - tags
            tags |= fresh
            if "closed_by_merge" in fresh:
                merged_at.add(at)
                events[f"{number}-{field_of(row, 'id')}"] = event(f"{number}-{field_of(row, 'id')}", "merged", at)
            events = {**{one["id"]: one for one in kept_out(number, fresh, at, config)}, **events}
        elif name in _WHAT:
            changes.append(_change(number, row, audit, at))
    # a merge closes the ticket, which solves nothing
    found = [*(one for one in _events_of(changes, config) if one["at"] not in merged_at), *events.values()]
    return sorted(found, key=lambda one: one["at"] or "")


def _events_of(changes: list[_Change], config: Zendesk) -> list[Row]:
    """Events of the changes of a ticket.

    Who gets a conversation that nobody had is no hand-over, and a group that changes together with the person is one.
    """
    regrouped = {change.at for change in changes if change.what == "group"}
    told = (change for change in changes if not (change.what == "person" and change.at in regrouped))
    return [found for change in told if (found := _event_of(change, config))]


def _event_of(change: _Change, config: Zendesk) -> Row | None:
    if change.what == "state":
        was, is_now = change.before in _CLOSED, change.after in _CLOSED
        return None if was == is_now else event(change.id, "solved" if is_now else "reopened", change.at)
    if not change.before or not change.after or change.before == change.after:
        return None
    return event(
        change.id,
        "transferred",
        change.at,
        direction="up" if change.after in config.higher else "side",
        automatic=change.is_automatic or change.before in config.bots,
    )


def _tags_of(value: Any) -> set[str]:
    """Tags, which come as a list, or as a text with spaces between."""
    return set(value.split() if isinstance(value, str) else texts_of(value))


def _change(number: str, row: Row, audit: Row, at: str | None) -> _Change:
    channel = field_of(row, "via.channel") or field_of(audit, "via.channel")
    return _Change(
        id=f"{number}-{text_of(row.get('id'))}",
        at=at,
        what=_WHAT[row["field_name"]],  # type: ignore[arg-type]
        before=text_of(row.get("previous_value")) or None,
        after=text_of(row.get("value")) or None,
        is_automatic=channel in _BY_ITSELF or field_of(audit, "author_id") == _SYSTEM,
    )


def _message(row: Row, audit: Row, client: str | None, roles: dict[str, str], config: Zendesk) -> Row:
    author = text_of(row.get("author_id")) or text_of(audit.get("author_id"))
    plain, formatted = text_of(row.get("plain_body")), text_of(row.get("html_body"))
    return {
        "id": text_of(row.get("id")),
        "author": _author(author, client, roles, config),
        "author_id": author,
        "public": row.get("public") is not False,
        "at": text_of(audit.get("created_at")),
        "text": plain or (text_of_html(formatted) if formatted else text_of(row.get("body"))),
    }


def _author(author: str | None, client: str | None, roles: dict[str, str], config: Zendesk) -> str:
    if author in config.bots:
        return "bot"
    if author == _SYSTEM:
        return "auto"
    is_client = author == client or roles.get(author or "") == "end-user"
    return "client" if is_client else "staff"
