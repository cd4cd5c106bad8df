"""Conversations of every system: each hands over one form, and what lands is made of it by the same rules."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import polars as pl

from ingestion.contract import AUTHORS, DIRECTIONS, EVENT_TYPES, INITIATORS, TEXT
from ingestion.extract import Context, Extract, first_problem, stripped, unread, when, with_place
from ingestion.reference import known_codes
from ingestion.sources.contact_centre import chatwoot, json_lines, zammad, zendesk
from ingestion.sources.contact_centre.config import Chatwoot, ContactCentre, JsonLines, Zammad, Zendesk
from ingestion.weeks import credible, week_of

if TYPE_CHECKING:
    from collections.abc import Iterator


def extract(context: Context) -> Extract:
    """Read the conversations of a week; what happened in other weeks is only counted."""
    config = context.region.sources.contact_centre
    assert config is not None
    extract = Extract()
    heads: list[pl.DataFrame] = []
    messages: list[pl.DataFrame] = []
    events: list[pl.DataFrame] = []
    for talks in _read(config, context, extract):
        lines = with_place(talks.with_columns(stripped("id"), problem=pl.lit(None, TEXT)), context).with_columns(
            first_problem(when(pl.col("id").is_null(), "missing_id")), _key=pl.lit("contact_centre:") + pl.col("id")
        )
        messages.append(_compact(_parts(lines, "messages", "message")))
        events.append(_compact(_parts(lines, "events", "event")))
        heads.append(_compact(lines.drop("messages", "events")))
    lines = pl.concat(heads)
    is_sound = pl.col("problem").is_null()
    again = lines.filter(pl.col("id").is_not_null() & ~pl.col("_key").is_first_distinct().over(is_sound))["origin"]
    codes = known_codes(context.settings.methodology)
    extract.frames["conversations"] = _conversations(lines, context, codes, config.default_touchpoint)
    extract.frames["messages"] = _messages(_said_once(pl.concat(messages), again), context)
    extract.frames["conversation_events"] = _events(_said_once(pl.concat(events), again))
    return extract


def _read(config: ContactCentre, context: Context, extract: Extract) -> Iterator[pl.DataFrame]:
    match config:
        case Zammad():
            return zammad.read(config, context, extract)
        case Chatwoot():
            return chatwoot.read(config, context, extract)
        case Zendesk():
            return zendesk.read(config, context, extract)
        case _:
            assert isinstance(config, JsonLines)
            return json_lines.read(config, context, extract)


def _compact(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame alone: texts cut from a block would keep all its memory, fifteen times their own."""
    buffer = io.BytesIO()
    frame.write_ipc(buffer)
    buffer.seek(0)
    return pl.read_ipc(buffer)


def _moment(column: str) -> pl.Expr:
    """UTC of an ISO 8601 moment with an offset."""
    moment = pl.col(column).str.to_datetime("%Y-%m-%dT%H:%M:%S%.f%#z", time_unit="us", time_zone="UTC", strict=False)
    return credible(moment.dt.replace_time_zone(None))


def _conversations(
    lines: pl.DataFrame, context: Context, codes: dict[str, list[str]], default_touchpoint: str | None
) -> pl.DataFrame:
    coded = ["channel", "service", "client_group"]
    code = stripped("touchpoint")
    frame = lines.with_columns(
        stripped(*coded, "initiated_by"),
        record_id="_key",
        received_at=_moment("created_at"),
        ended_at=_moment("ended_at"),
        ended_written="ended_at",
        touchpoint_code=code,
        touchpoint=pl.when(code.is_null())
        .then(pl.lit(default_touchpoint, TEXT))
        .when(code.is_in(codes["touchpoint"]))
        .then(code),
        client_key=context.pseudonyms.of(lines["client_id"]),
    )
    return frame.with_columns(
        first_problem(
            *(when(~pl.col(name).is_in(codes[name]), "unknown_code") for name in coded),
            when(~pl.col("initiated_by").is_in(INITIATORS), "unknown_code"),
            when(unread("ended_written", "ended_at"), "unreadable_date"),
        ),
        observed_at="received_at",
        contact_week=week_of(pl.coalesce("ended_at", "received_at"), pl.col("_zone"), context.zones),
    ).drop("client_id")


def _parts(lines: pl.DataFrame, column: str, kind: str) -> pl.DataFrame:
    """Messages or events of the conversations, one row each."""
    return (
        lines.select("_key", "origin", "_zone", "office_id", "problem", column)
        .explode(column, empty_as_null=False)
        .filter(pl.col(column).is_not_null())
        .unnest(column)
        .with_columns(stripped("id"))
        .with_columns(record_id=pl.lit(f"contact_centre:{kind}:") + pl.col("id"), interaction_id="_key")
    )


def _said_once(parts: pl.DataFrame, again: pl.Series) -> pl.DataFrame:
    """What a repeated line says again counts once; ``again`` holds the origins of such lines."""
    if again.is_empty():
        return parts
    is_new = pl.col("id").is_null() | pl.col("record_id").is_first_distinct().over(pl.col("problem").is_null())
    return parts.filter(is_new | ~pl.col("origin").is_in(again.implode()))


def _messages(parts: pl.DataFrame, context: Context) -> pl.DataFrame:
    return parts.with_columns(
        first_problem(when(~pl.col("author").is_in(AUTHORS), "unknown_code")),
        author_type="author",
        author_key=context.pseudonyms.of(parts["author_id"]),
        is_public="public",
        sent_at=_moment("at"),
        observed_at=_moment("at"),
    ).drop("author_id")


def _events(parts: pl.DataFrame) -> pl.DataFrame:
    return parts.with_columns(
        stripped("direction"),
        event_type="type",
        is_automatic="automatic",
        occurred_at=_moment("at"),
        observed_at=_moment("at"),
    ).with_columns(
        first_problem(
            when(~pl.col("type").is_in(EVENT_TYPES).fill_null(value=False), "unknown_code"),
            when(~pl.col("direction").is_in(DIRECTIONS), "unknown_code"),
        )
    )
