"""Zammad's REST API: tickets that were touched since the week began, each with its articles and its history."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ingestion.asked import Digest, days_asked
from ingestion.extract import SourceError
from ingestion.http import Server, server
from ingestion.markup import text_of_html
from ingestion.sources.contact_centre.desk import (
    MOST_REQUESTS,
    Change,
    Row,
    WrongShapeError,
    code_of,
    ended_at,
    event,
    events_of,
    field_of,
    frames_of,
    kept_out,
    listed,
    roles_of,
    rows_of,
    text_of,
    texts_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl

    from ingestion.extract import Context, Extract
    from ingestion.sources.contact_centre.config import Zammad

_PAGE = 100
_NOBODY = "1"  # the account that owns a ticket which nobody owns; Zammad's own, so what it does is automatic
_AUTHORS = {"Customer": "client", "Agent": "staff", "System": "auto"}
_WHAT = {"state": "state", "group": "group", "owner": "person"}


def read(config: Zammad, context: Context, extract: Extract) -> Iterator[pl.DataFrame]:
    """Tickets of the week as rows of ``TALK``."""
    headers = {"Authorization": f"Token token={context.secret(config.token)}"}
    digest = Digest()
    with server(f"{config.url.rstrip('/')}/", {}, headers, most=MOST_REQUESTS) as source:

        def talk_of(ticket: Row) -> Row:
            number = text_of(ticket.get("id"))
            articles = rows_of(source.get(f"api/v1/ticket_articles/by_ticket/{number}"))
            answer = source.get(f"api/v1/ticket_history/{number}")
            history = rows_of(answer.get("history") if isinstance(answer, dict) else None)
            tags = source.get("api/v1/tags", {"object": "Ticket", "o_id": number}) if config.kept_out else {}
            digest.add([ticket, articles, history, tags])
            return _talk(ticket, articles, history, tags, config)

        yield from frames_of(_tickets(source, context), talk_of, source, extract)
        digest.note(extract, f"{source.host}/tickets")


def _tickets(source: Server, context: Context) -> Iterator[Any]:
    """Tickets touched since the week began and made before it ended, by their number.

    Each page is asked for by the number that the one before ended with: tickets that change meanwhile move none.
    """
    first, last = days_asked(context)
    newest = 0
    while True:
        query = f"updated_at:[{first} TO *] AND created_at:[* TO {last}] AND id:>{newest}"
        order = {"sort_by": "id", "order_by": "asc", "per_page": _PAGE, "page": 1, "expand": "true"}
        page = listed(source.get("api/v1/tickets/search", {"query": query, **order}), source, "tickets/search")
        numbers = [ticket.get("id") for ticket in page if isinstance(ticket, dict)]
        sound = [number for number in numbers if isinstance(number, int)]
        if any(number <= newest for number in sound):
            raise SourceError(f"{source.host}: страницы повторяются; проверьте источник")
        yield from page
        if not sound:
            return
        newest = max(sound)


def _talk(ticket: Row, articles: list[Row], history: list[Row], tags: Any, config: Zammad) -> Row:
    number, made_at = text_of(ticket.get("id")) or "", text_of(ticket.get("created_at"))
    records = [row for row in history if row.get("object") == "Ticket"]
    merged = [row for row in records if row.get("type") == "merged_into"]
    closed = {*config.closed_states, "merged"}
    changes = [
        _change(row, number) for row in records if row.get("type") == "updated" and field_of(row, "attribute") in _WHAT
    ]
    events = [
        one for one in events_of(changes, closed, config) if not (merged and one["at"] == merged[0]["created_at"])
    ]
    if not changes and text_of(ticket.get("state")) in closed and not merged:  # it was made as a closed one
        events.append(event(f"{number}-closed", "solved", text_of(ticket.get("close_at")) or made_at))
    events += [event(f"{number}-{field_of(row, 'id')}", "merged", text_of(row.get("created_at"))) for row in merged]
    events += kept_out(number, texts_of(tags.get("tags") if isinstance(tags, dict) else None), made_at, config)
    return {
        "client_id": text_of(ticket.get("customer_id")),
        **roles_of(ticket, config),
        "channel": code_of(config, "channel", text_of(ticket.get("create_article_type"))),
        "topic": text_of(ticket.get("title")),
        "initiated_by": "client" if articles and articles[0].get("sender") == "Customer" else "service",
        "created_at": made_at,
        "ended_at": ended_at(events),
        "messages": [_message(article, config) for article in articles],
        "events": events,
    }


def _change(row: Row, number: str) -> Change:
    before, after = text_of(row.get("value_from")), text_of(row.get("value_to"))
    if row["attribute"] == "owner":
        before = None if text_of(row.get("id_from")) == _NOBODY else text_of(row.get("id_from"))
        after = None if text_of(row.get("id_to")) == _NOBODY else text_of(row.get("id_to"))
    return Change(
        id=f"{number}-{text_of(row.get('id'))}",
        at=text_of(row.get("created_at")),
        what=_WHAT[row["attribute"]],  # type: ignore[arg-type]
        before=before,
        after=after,
        is_automatic=text_of(row.get("created_by_id")) == _NOBODY,
    )


def _message(article: Row, config: Zammad) -> Row:
    author, body = text_of(article.get("created_by_id")), text_of(article.get("body")) or ""
    written_by = _AUTHORS.get(text_of(article.get("sender")) or "")
    if written_by is None:
        raise WrongShapeError
    return {
        "id": text_of(article.get("id")),
        "author": "bot" if written_by == "staff" and author in config.bots else written_by,
        "author_id": author,
        "public": article.get("internal") is not True,
        "at": text_of(article.get("created_at")),
        "text": text_of_html(body) if article.get("content_type") == "text/html" else body,
    }
