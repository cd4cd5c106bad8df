"""What systems with an API share: a conversation of theirs becomes a row of ``TALK``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from ingestion.contract import TEXT
from ingestion.sources.contact_centre.talk import TALK

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ingestion.sources.contact_centre.config import Desk

MOST_REQUESTS = 200_000  # of a week: a large region has a hundred thousand conversations
_FRAME = 2000  # conversations that become a frame
Row = dict[str, Any]


def field_of(item: Any, path: str) -> str | None:
    """The text of a field by its path, such as ``customer.login``; None where there is none."""
    found: Any = item
    for part in path.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    if found is None or isinstance(found, dict | list):
        return None
    return text_of(found)


def text_of(value: Any) -> str | None:
    """A value as text; None stays, and half of an emoji is no letter."""
    if isinstance(value, bool):
        return str(value).lower()
    return None if value is None else str(value).encode("utf-8", errors="replace").decode()


def roles_of(item: Row, config: Desk) -> Row:
    """The roles of a conversation that the region names fields for, in our codes where it translates them."""
    found = {role: field_of(item, path) for role, path in config.fields.items()}
    for role in ("service", "touchpoint", "client_group"):
        if role in found:
            found[role] = code_of(config, role, found[role])
    if "office_id" in found:
        found["office_id"] = config.offices.get(found["office_id"] or "", found["office_id"])
    return found


def code_of(config: Desk, codes: str, value: str | None) -> str | None:
    """Our code of a value; one that the region does not translate stays, and is told as unknown."""
    meanings: Mapping[str, str] = config.codes.get(codes, {})  # type: ignore[call-overload]
    return value if value is None else meanings.get(value, value)


def frames_of(talks: Iterator[Row]) -> Iterator[pl.DataFrame]:
    """Rows of ``TALK``, each with its ``origin``, as frames of a bounded size."""
    schema = pl.Schema({**TALK, "origin": TEXT})
    waiting: list[Row] = []
    for talk in talks:
        waiting.append(talk)
        if len(waiting) == _FRAME:
            yield pl.DataFrame(waiting, schema=schema)
            waiting = []
    yield pl.DataFrame(waiting, schema=schema)
