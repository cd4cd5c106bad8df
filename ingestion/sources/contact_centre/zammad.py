"""Zammad's REST API: the tickets that changed since the week began, each with its articles and its history."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ingestion.asked import day_of, days_asked, note_input
from ingestion.extract import Context, Extract, SourceError
from ingestion.http import Server, server
from ingestion.markup import text_of_html
from ingestion.sources.contact_centre import desk
from ingestion.sources.contact_centre.zammad_history import MERGED, NOBODY, Ticket, entry_of, events_of, plain
from ingestion.sources.contact_centre.zammad_list import is_listed, tickets
from ingestion.sources.letters.message import MAX_TEXT, without_history

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl

    from ingestion.sources.contact_centre.config import Zammad
    from ingestion.sources.contact_centre.desk import Row

_OF_EACH = 2  # requests for a ticket: its articles, its history
_AUTHORS = {"Customer": "client", "Agent": "staff", "System": "auto"}
_INITIATORS = {"Customer": "client", "Agent": "service", "System": "service"}


@dataclass(frozen=True)
class _Reader:
    source: Server
    config: Zammad
    context: Context
    extract: Extract
    kinds: dict[str, str]  # by id of a state its type


def read(config: Zammad, context: Context, extract: Extract) -> Iterator[pl.DataFrame]:
    """Conversations that something happened to in the week: rows of ``TALK`` with their ``origin``."""
    headers = {"Authorization": f"Token token={context.secret(config.token)}"}
    url = f"{config.url.rstrip('/')}/api/v1/"
    noted: list[Any] = []
    with server(url, {}, headers, most=_OF_EACH * desk.MOST_REQUESTS) as source:
        reader = _Reader(source, config, context, extract, _kinds(source))
        yield from desk.frames_of(_noted(_talks(reader), noted, context))
        note_input(extract, f"{source.host}/tickets", sorted(noted))


def _noted(talks: Iterator[Row], noted: list[Any], context: Context) -> Iterator[Row]:
    """The same conversations; of each the hash is kept, since all of them are too much to keep."""
    for talk in talks:
        noted.append([talk["id"] or "", desk.hash_of(talk, context)])
        yield talk


def _kinds(source: Server) -> dict[str, str]:
    states = source.get("ticket_states", {"expand": "true"})
    if not isinstance(states, list):
        raise SourceError(f"{source.host}: нет списка состояний (ticket_states); проверьте url")
    found = {desk.id_of(state.get("id")): plain(state.get("state_type")) for state in states if isinstance(state, dict)}
    kinds = {number: kind for number, kind in found.items() if number and kind}
    if "closed" not in kinds.values():
        raise SourceError(f"{source.host}: среди состояний нет закрытого (state_type: closed); проверьте версию Zammad")
    return kinds


def _talks(reader: _Reader) -> Iterator[Row]:
    _, last = days_asked(reader.context)
    for ticket in tickets(reader.source, reader.context):
        if not isinstance(ticket, dict):
            desk.set_aside(reader.extract, reader.source, "conversations", None)
            continue
        day = day_of(ticket.get("created_at"))
        if day is not None and day > last:
            continue
        talk = _talk(ticket, reader)
        if talk is not None and desk.is_of_the_week(talk, reader.context):
            yield talk


def _talk(ticket: Row, reader: _Reader) -> Row | None:
    number = desk.id_of(ticket.get("id"))
    try:
        articles, changes = _parts(reader, number) if number else ([], [])
    except SourceError:
        if number and not is_listed(reader.source, number):
            return None  # deleted since it was listed
        raise
    config = reader.config
    state = desk.id_of(ticket.get("state_id"))
    is_merged = reader.kinds.get(state or "") == MERGED
    messages = [row for article in articles if (row := _message(article, is_merged, number, reader)) is not None]
    entries = [entry_of(item) for item in changes if item.get("object") in (None, "Ticket")]
    known = Ticket(number or "", plain(ticket.get("created_at")), state, desk.id_of(ticket.get("owner_id")), messages)
    events, ended_at = events_of(known, entries, reader.kinds, config)
    sender, kind = (
        plain(ticket.get(f"create_article_{name}")) or next((plain(article.get(name)) for article in articles), None)
        for name in ("sender", "type")
    )
    return {
        **desk.roles_of(ticket, config),
        "id": number,
        "channel": desk.code_of(config, "channel", kind),
        "topic": plain(ticket.get("title")),
        "initiated_by": _INITIATORS.get(sender or "", sender),
        "created_at": known.created_at,
        "ended_at": ended_at,
        "messages": messages,
        "events": events,
        "origin": f"{reader.source.host}#{number}",
    }


def _parts(reader: _Reader, number: str) -> tuple[list[Row], list[Row]]:
    """Articles and history of a ticket."""
    source = reader.source
    articles = source.get(f"ticket_articles/by_ticket/{number}")
    if not isinstance(articles, list):
        raise SourceError(f"{source.host}: нет списка сообщений обращения {number} (ticket_articles)")
    answer = source.get(f"ticket_history/{number}")
    changes = answer.get("history") if isinstance(answer, dict) else None
    if not isinstance(changes, list):
        raise SourceError(f"{source.host}: нет истории обращения {number} (ticket_history)")
    for entity, items in (("messages", articles), ("conversation_events", changes)):
        for item in items:
            if not isinstance(item, dict):
                desk.set_aside(reader.extract, reader.source, entity, number)
    rows = [[item for item in items if isinstance(item, dict)] for items in (articles, changes)]
    return rows[0], rows[1]


def _message(article: Row, is_merged: bool, number: str | None, reader: _Reader) -> Row | None:
    body, internal = article.get("body"), article.get("internal")
    if isinstance(body, dict | list):
        desk.set_aside(reader.extract, reader.source, "messages", number)
        return None
    author = _author(article, reader.config)
    if is_merged and body == "merged" and plain(article.get("type")) == "note":
        author = "auto"
    by = (plain(article.get("origin_by_id")) if author == "client" else None) or plain(article.get("created_by_id"))
    return {
        "id": desk.id_of(article.get("id")),
        "author": author,
        "author_id": None if author == "auto" else by,
        "public": not internal if isinstance(internal, bool) else None,
        "at": plain(article.get("created_at")),
        "text": _text(article),
    }


def _author(article: Row, config: Zammad) -> str | None:
    sender, by = plain(article.get("sender")), plain(article.get("created_by_id"))
    preferences = article.get("preferences")
    author = _AUTHORS.get(sender or "", sender)
    if author == "staff" and by in config.bots:
        return "bot"
    if author == "staff" and by == NOBODY:
        return "auto"
    is_answer_of_a_mailbox = isinstance(preferences, dict) and preferences.get("is-auto-response") is True
    return "auto" if author == "client" and is_answer_of_a_mailbox else author


def _text(article: Row) -> str | None:
    """What the author wrote; a letter without the letters that it quotes."""
    text = plain(article.get("body"))
    if text is None:
        return None
    if article.get("content_type") == "text/html":
        text = text_of_html(text)
    if article.get("type") == "email":
        text = without_history(text.replace("\r\n", "\n")[:MAX_TEXT])
    return text or None
