"""Chatwoot's application API: the conversations that somebody wrote in since the week began, each with its messages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from ingestion.asked import Digest, days_asked
from ingestion.extract import Context, Extract, SourceError
from ingestion.http import Server, server
from ingestion.sources.contact_centre import desk
from ingestion.sources.contact_centre.chatwoot_lines import account_of, events_of, moment_of, said_in, seconds_of
from ingestion.sources.contact_centre.chatwoot_list import conversations, is_listed
from ingestion.sources.contact_centre.desk import Row, WrongShapeError, field_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl

    from ingestion.sources.contact_centre.config import Chatwoot

_PAGE = 20  # messages: Chatwoot gives no more at once
_DAY = 86400


@dataclass(frozen=True)
class _Reader:
    source: Server
    config: Chatwoot
    context: Context
    extract: Extract
    teams: frozenset[str]


def read(config: Chatwoot, context: Context, extract: Extract) -> Iterator[pl.DataFrame]:
    """Conversations of the week as rows of ``TALK``."""
    headers = {"api_access_token": context.secret(config.token)}
    base = f"{config.url.rstrip('/')}/api/v1/accounts/{config.account_id}/"
    digest = Digest()
    with server(base, {}, headers, most=desk.MOST_REQUESTS) as source:
        reader = _Reader(source, config, context, extract, _teams(source))
        yield from desk.frames_of(_noted(_talks(reader), digest, context))
        digest.note(extract, f"{source.host}/conversations")


def _teams(source: Server) -> frozenset[str]:
    """Names of the teams: a line of activity does not tell whether it names one or a person."""
    answer = source.get("teams")
    if not isinstance(answer, list):
        raise SourceError(f"{source.host}: нет списка команд (teams); проверьте url")
    return frozenset(name for team in answer if (name := field_of(team, "name")))


def _noted(talks: Iterator[Row], digest: Digest, context: Context) -> Iterator[Row]:
    for talk in talks:
        digest.add([talk["id"], desk.hash_of(talk, context)])
        yield talk


def _talks(reader: _Reader) -> Iterator[Row]:
    for item in conversations(reader.source, reader.context):
        number = desk.id_of(item.get("id")) if isinstance(item, dict) else None
        try:
            if number is None:
                raise WrongShapeError
            talk = _talk(number, item, reader) if _can_be_of_the_week(item, reader.context) else None
        except WrongShapeError:
            desk.set_aside(reader.extract, reader.source, "conversations", number)
            continue
        if talk is not None and desk.is_of_the_week(talk, reader.context):
            yield talk


def _can_be_of_the_week(item: Row, context: Context) -> bool:
    first, last = (datetime.fromisoformat(f"{day}T00:00:00+00:00").timestamp() for day in days_asked(context))
    begun, touched = seconds_of(item, "created_at"), seconds_of(item, "last_activity_at")
    return (begun is None or begun < last + _DAY) and (touched is None or touched >= first)


def _talk(number: str, item: Row, reader: _Reader) -> Row | None:
    """A row of ``TALK``; None where the conversation was deleted since it was listed."""
    try:
        messages = _messages(number, item, reader.source)
    except SourceError:
        if is_listed(reader.source, number):
            raise
        return None
    config = reader.config
    account = account_of(item, "meta.sender")
    roles = {"client_id": account, **desk.roles_of(item, config)}
    said = said_in(messages, (account, roles["client_id"]), config)
    events = events_of(messages, said, config, reader.teams)
    begun_at = moment_of(item)
    first = next((one for one in said if one["public"] and one["author"] in ("client", "staff")), None)
    return {
        **roles,
        "id": number,
        "origin": f"{reader.source.host}#{number}",
        "channel": desk.code_of(config, "channel", field_of(item, "meta.channel")),
        "topic": field_of(item, "additional_attributes.mail_subject"),
        "initiated_by": "service" if first and first["author"] == "staff" else "client",
        "created_at": begun_at,
        "ended_at": desk.ended_at(events),
        "messages": said,
        "events": [*events, *desk.kept_out(number, desk.texts_of(item.get("labels")), begun_at, config)],
    }


def _messages(number: str, item: Row, source: Server) -> list[Row]:
    """All messages of a conversation, the oldest first: who wrote first and who had it before the week stand there.

    Each page is older than the one before. A page that is not full and begins with the conversation is the first of
    them; else the end is believed when it is told twice, since a page may come empty for once.
    """
    found: dict[int, Row] = {}
    begun = seconds_of(item, "created_at")
    ends = 0
    while ends < 2:
        answer = source.get(f"conversations/{number}/messages", {"before": min(found)} if found else None)
        page = desk.rows_of(answer.get("payload") if isinstance(answer, dict) else None)
        numbers = [message.get("id") for message in page]
        if not all(isinstance(one, int) for one in numbers):
            raise WrongShapeError
        if found.keys() & set(numbers):
            raise SourceError(f"{source.host}: страницы повторяются; проверьте источник")
        found.update(zip(numbers, page, strict=True))  # type: ignore[arg-type]
        ends = 0 if page else ends + 1
        oldest = seconds_of(found[min(found)], "created_at") if page else None
        if oldest is not None and begun is not None and oldest <= begun and len(page) < _PAGE:
            break
    return [found[one] for one in sorted(found)]
