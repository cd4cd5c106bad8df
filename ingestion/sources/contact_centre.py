"""Contact centre: conversations with their messages and events, JSON lines."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

import polars as pl

from ingestion.contract import MOMENT, TEXT
from ingestion.extract import Broken, Context, Extract, SourceError, first_problem, when, with_place
from ingestion.privacy import redact
from ingestion.reading import found_files, place
from ingestion.weeks import week_of

if TYPE_CHECKING:
    from pathlib import Path

_MESSAGE = pl.Struct({"id": TEXT, "author": TEXT, "author_id": TEXT, "public": pl.Boolean, "at": TEXT, "text": TEXT})
_EVENT = pl.Struct({"id": TEXT, "type": TEXT, "at": TEXT})
SCHEMA = pl.Schema(
    {
        **dict.fromkeys(
            (
                *("id", "office_id", "channel", "service", "touchpoint", "client_group", "client_id", "topic"),
                *("initiated_by", "created_at", "ended_at"),
            ),
            TEXT,
        ),
        "messages": pl.List(_MESSAGE),
        "events": pl.List(_EVENT),
    }
)
EVENT_TYPES = ["solved", "reopened", "transferred", "merged", "spam", "test", "duplicate"]


def extract(context: Context) -> Extract:
    """Read the conversations of a week; what happened in other weeks is only counted."""
    config = context.region.sources.contact_centre
    assert config is not None
    extract = Extract()
    frames = [_lines(path, extract) for path in found_files(config.files, context, extract)]
    lines = with_place(pl.concat(frames).with_columns(problem=pl.lit(None, TEXT)), context)
    lines = lines.with_columns(_key=pl.lit("contact_centre:") + pl.col("id"))
    extract.frames["conversations"] = _conversations(lines, context, config.default_touchpoint)
    # a line that stands twice is one conversation: its messages and events count once
    once = lines.unique("_key", keep="first", maintain_order=True)
    extract.frames["messages"] = _messages(once, context)
    extract.frames["conversation_events"] = _events(once)
    return extract


def _moment(column: str) -> pl.Expr:
    """UTC of an ISO 8601 moment with an offset."""
    moment = pl.col(column).str.to_datetime("%Y-%m-%dT%H:%M:%S%.f%:z", time_unit="us", time_zone="UTC", strict=False)
    return moment.dt.replace_time_zone(None).cast(MOMENT)


def _lines(path: Path, extract: Extract) -> pl.DataFrame:
    content = path.read_bytes()
    if not content.strip():
        raise SourceError(f"{place(path)}: файл пуст; выгрузите его заново")
    name = place(path)
    try:
        frame = pl.read_ndjson(io.BytesIO(content), schema=SCHEMA).with_row_index("_line", offset=1)
        if frame.height != content.count(b"\n") + (not content.endswith(b"\n")):
            raise pl.exceptions.ComputeError("blank lines")
    except pl.exceptions.ComputeError:
        frame = _readable_lines(content, name, extract)
    return frame.with_columns(origin=pl.lit(f"{name}#") + pl.col("_line").cast(TEXT)).drop("_line")


def _readable_lines(content: bytes, name: str, extract: Extract) -> pl.DataFrame:
    """Line by line, only when a file holds a broken one: each goes to quarantine with its number."""
    good: list[bytes] = []
    numbers: list[int] = []
    for number, line in enumerate(content.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            sound = isinstance(json.loads(line), dict)
        except ValueError:
            sound = False
        if sound:
            good.append(line)
            numbers.append(number)
        else:
            text = line.decode("utf-8", errors="replace")[:2000]
            message = f"{name}: строка {number} не является JSON; выгрузите её заново"
            extract.broken.append(Broken("conversations", "broken_json", message, f"{name}#{number}", raw=text))
    if not good:
        raise SourceError(f"{name}: ни одной строки JSON; выгрузите файл заново")
    frame = pl.read_ndjson(io.BytesIO(b"\n".join(good)), schema=SCHEMA)
    return frame.with_columns(_line=pl.Series(numbers, dtype=pl.UInt32))


def _conversations(lines: pl.DataFrame, context: Context, default_touchpoint: str | None) -> pl.DataFrame:
    frame = lines.drop("messages", "events").with_columns(
        record_id="_key",
        received_at=_moment("created_at"),
        ended_at=_moment("ended_at"),
        touchpoint_code="touchpoint",
        touchpoint=pl.col("touchpoint").fill_null(pl.lit(default_touchpoint, TEXT)),
        client_key=context.pseudonyms.of(lines["client_id"]),
    )
    return frame.with_columns(
        observed_at="received_at",
        contact_week=week_of(pl.coalesce("ended_at", "received_at"), pl.col("_zone"), context.zones),
    ).drop("client_id")


def _messages(lines: pl.DataFrame, context: Context) -> pl.DataFrame:
    parts = (
        lines.select("_key", "origin", "_zone", "office_id", "problem", "messages")
        .explode("messages", empty_as_null=False)
        .unnest("messages")
        .filter(pl.col("id").is_not_null() | pl.col("at").is_not_null())
    )
    return (
        parts.with_columns(
            record_id=pl.lit("contact_centre:message:") + pl.col("id"),
            interaction_id="_key",
            author_type="author",
            author_key=context.pseudonyms.of(parts["author_id"]),
            is_public="public",
            sent_at=_moment("at"),
            text=redact(parts["text"]),
        )
        .with_columns(observed_at="sent_at")
        .drop("author_id")
    )


def _events(lines: pl.DataFrame) -> pl.DataFrame:
    parts = (
        lines.select("_key", "origin", "_zone", "office_id", "problem", "events")
        .explode("events", empty_as_null=False)
        .unnest("events")
        .filter(pl.col("id").is_not_null() | pl.col("at").is_not_null())
    )
    frame = parts.with_columns(
        record_id=pl.lit("contact_centre:event:") + pl.col("id"),
        interaction_id="_key",
        event_type="type",
        occurred_at=_moment("at"),
    ).with_columns(observed_at="occurred_at")
    return frame.with_columns(first_problem(when(~pl.col("event_type").is_in(EVENT_TYPES), "unknown_code")))
