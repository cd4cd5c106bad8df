"""Chatwoot's application API: conversations with activity since the week began, each with its messages.

Chatwoot tells what happened to a conversation only as lines of text among its messages, in the language of the account.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from ingestion.asked import Digest, days_asked
from ingestion.extract import SourceError
from ingestion.http import Server, server
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
    from ingestion.sources.contact_centre.config import Chatwoot

_MOST_READINGS = 5  # of a list that never comes to rest
_INCOMING, _OUTGOING, _ACTIVITY, _TEMPLATE = range(4)  # kinds of messages
_BOTS = ("agent_bot", "captain_assistant")


def read(config: Chatwoot, context: Context, extract: Extract) -> Iterator[pl.DataFrame]:
    """Conversations of the week as rows of ``TALK``."""
    headers = {"api_access_token": context.secret(config.token)}
    digest = Digest()
    base = f"{config.url.rstrip('/')}/api/v1/accounts/{config.account_id}/"
    with server(base, {}, headers, most=MOST_REQUESTS) as source:

        def talk_of(talk: Row) -> Row:
            messages = _messages(source, text_of(talk.get("id")) or "")
            digest.add([talk, messages])
            return _talk(talk, messages, config)

        yield from frames_of(talks_of(_talks(source, context), talk_of, source, extract))
        digest.note(extract, f"{source.host}/conversations")


def _talks(source: Server, context: Context) -> list[Any]:
    """Conversations with activity since the week began that were begun before it ended, by their number.

    The list is ordered by the last activity, so a conversation that somebody writes to moves to its front while it is
    read. It is read again until a page brings nothing new.
    """
    first, last = (datetime.fromisoformat(f"{day}T00:00:00+00:00").timestamp() for day in days_asked(context))
    found: dict[str, Any] = {}
    broken: list[Any] = []
    for _ in range(_MOST_READINGS):
        if not _read_through(source, first, found, broken):
            talks = sorted(found.items(), key=lambda pair: (len(pair[0]), pair[0]))
            return [*broken, *(talk for _, talk in talks if (_seconds(talk, "created_at") or 0) < last + 86400)]
    raise SourceError(f"{source.host}: обращения меняются, пока их читают; повторите позже")


def _read_through(source: Server, first: float, found: dict[str, Any], broken: list[Any]) -> bool:
    """Read pages until one is older than the week, or brings nothing new; whether any brought something new."""
    page_number, has_news = 1, False
    while True:
        answer = source.get("conversations", {"status": "all", "page": page_number, "sort_by": "last_activity_at_desc"})
        data = answer.get("data") if isinstance(answer, dict) else None
        page = listed(data.get("payload") if isinstance(data, dict) else None, source, "data.payload")
        sound = {number: talk for talk in page if (number := field_of(talk, "id"))}
        broken += [talk for talk in page if field_of(talk, "id") is None and talk not in broken]
        news = {number: talk for number, talk in sound.items() if not _is_same(found.get(number), talk)}
        found.update({number: talk for number, talk in news.items() if not _is_older(talk, first)})
        has_news |= any(not _is_older(talk, first) for talk in news.values())
        if not news or any(_is_older(talk, first) for talk in sound.values()):
            return has_news
        page_number += 1


def _is_same(before: Any, talk: Row) -> bool:
    return before is not None and before.get("last_activity_at") == talk.get("last_activity_at")


def _is_older(talk: Row, first: float) -> bool:
    moment = _seconds(talk, "last_activity_at")
    return moment is not None and moment < first


def _seconds(item: Any, name: str) -> float | None:
    """Seconds since 1970 of a field, None where it holds no such number."""
    value = item.get(name) if isinstance(item, dict) else None
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _moment(item: Row, name: str) -> str | None:
    """A moment of ``TALK``; what is no moment stays as it is, and is told as unreadable."""
    seconds = _seconds(item, name)
    try:
        return text_of(item.get(name)) if seconds is None else datetime.fromtimestamp(seconds, UTC).isoformat()
    except (ValueError, OverflowError, OSError):
        return text_of(item.get(name))


def _messages(source: Server, number: str) -> list[Row]:
    """All messages of a conversation, the oldest first; each page is older than the one before."""
    found: dict[int, Row] = {}
    before: int | None = None
    while True:
        answer = source.get(f"conversations/{number}/messages", {"before": before} if before else None)
        page = rows_of(answer.get("payload") if isinstance(answer, dict) else None)
        numbers = [message.get("id") for message in page]
        if not all(isinstance(one, int) for one in numbers):
            raise WrongShapeError
        if not page:
            return [found[one] for one in sorted(found)]
        if found.keys() & set(numbers):
            raise SourceError(f"{source.host}: страницы повторяются; проверьте источник")
        found.update(zip(numbers, page, strict=True))  # type: ignore[arg-type]
        before = min(found)


def _talk(talk: Row, messages: list[Row], config: Chatwoot) -> Row:
    number, made_at = text_of(talk.get("id")) or "", _moment(talk, "created_at")
    said = [_message(message, config) for message in messages if message.get("message_type") != _ACTIVITY]
    events = _events(messages, said, config)
    labels = texts_of(talk.get("labels"))
    first = next((one for one in said if one["public"] and one["author"] in ("client", "staff")), None)
    return {
        "client_id": field_of(talk, "meta.sender.id"),
        **roles_of(talk, config),
        "channel": code_of(config, "channel", field_of(talk, "meta.channel")),
        "topic": field_of(talk, "additional_attributes.mail_subject"),
        "initiated_by": "service" if first and first["author"] == "staff" else "client",
        "created_at": made_at,
        "ended_at": ended_at(events),
        "messages": said,
        "events": [
            *events,
            *kept_out(number, labels, made_at, config),
        ],
    }


def _message(message: Row, config: Chatwoot) -> Row:
    kind, sender = message.get("message_type"), field_of(message, "sender.type")
    author_id = field_of(message, "sender.id")
    if kind not in (_INCOMING, _OUTGOING, _TEMPLATE):
        raise WrongShapeError
    if kind == _INCOMING:
        author = "client"
    elif sender in _BOTS or author_id in config.bots:
        author = "bot"
    else:
        author = "staff" if kind == _OUTGOING and sender else "auto"
    return {
        "id": text_of(message.get("id")),
        "author": author,
        "author_id": author_id,
        "public": message.get("private") is not True,
        "at": _moment(message, "created_at"),
        "text": text_of(message.get("content")),
    }


def _events(messages: list[Row], said: list[Row], config: Chatwoot) -> list[Row]:
    """What the lines of activity tell, and the moment when a person takes over from a bot.

    Who is named first was given a conversation that nobody had, which is no hand-over.
    """
    events: list[Row] = []
    held_by: str | None = None
    for message in messages:
        content = text_of(message.get("content")) or ""
        if message.get("message_type") != _ACTIVITY:
            continue
        number, at = f"activity-{text_of(message.get('id'))}", _moment(message, "created_at")
        events += [event(number, kind, at) for kind in ("solved", "reopened") if _told(config.activity[kind], content)]
        holder = _told(config.activity["transferred"], content)
        if holder and held_by and holder != held_by:
            direction = "up" if holder in config.higher else "side"
            by_itself = bool(_told(config.activity["automatic"], content))
            events.append(event(number, "transferred", at, direction=direction, automatic=by_itself))
        held_by = holder or held_by
    return sorted([*events, *_takeover(said)], key=lambda one: one["at"] or "")


def _takeover(said: list[Row]) -> list[Row]:
    """The event of the first public word of a person after those of a bot."""
    bots = [place for place, one in enumerate(said) if one["author"] == "bot"]
    people = [one for one in said[bots[0] :] if one["author"] == "staff" and one["public"]] if bots else []
    return [
        event(f"takeover-{one['id']}", "transferred", one["at"], direction="side", automatic=True) for one in people[:1]
    ]


def _told(patterns: list[str], content: str) -> str | None:
    """What the first of the patterns that fits finds: its group, or all of it."""
    found = next((hit for pattern in patterns if (hit := re.search(pattern, content))), None)
    return found and found[found.lastindex or 0]
