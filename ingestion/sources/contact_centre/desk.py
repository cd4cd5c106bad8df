"""What systems with an API share: their objects become rows of ``TALK``."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import polars as pl

from ingestion.asked import is_asked
from ingestion.contract import TEXT
from ingestion.extract import Broken, SourceError
from ingestion.quarantine import REASONS
from ingestion.sources.contact_centre.talk import TALK

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ingestion.extract import Context, Extract
    from ingestion.http import Server
    from ingestion.sources.contact_centre.config import Desk

MOST_REQUESTS = 300_000  # of a week: a large region has a hundred thousand conversations, with two or three each
_FRAME = 2000  # conversations that become a frame
_MOST_DIGITS = 20  # of the number of a record
Row = dict[str, Any]


class WrongShapeError(ValueError):
    """A conversation is not built as the system builds it: it goes to quarantine, the others land."""


def event(number: str | None, kind: str, at: str | None, **more: Any) -> Row:
    """An event of ``TALK``."""
    return {"id": number, "type": kind, "at": at, "direction": None, "automatic": None, **more}


def kept_out(number: str, tags: Iterable[str], at: str | None, config: Desk) -> list[Row]:
    """Events of the tags by which a conversation counts in no metric."""
    held = set(tags)
    return [event(f"{number}-{kind}", kind, at) for kind, names in config.kept_out.items() if held.intersection(names)]


def ended_at(events: list[Row]) -> str | None:
    """When a conversation was last closed; None while it is open."""
    last = [event for event in events if event["type"] in ("solved", "reopened", "merged")][-1:]
    return last[0]["at"] if last and last[0]["type"] != "reopened" else None


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


def field_of(item: Any, path: str) -> str | None:
    """The text of a field by its path, such as ``customer.login``; None where there is none."""
    found: Any = item
    for part in path.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    return None if isinstance(found, dict | list) else text_of(found)


def id_of(value: Any) -> str | None:
    """Number of a record, fit to stand in an address; None where it is none."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 10**_MOST_DIGITS:
        return str(value)
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) <= _MOST_DIGITS:
        return value
    return None


def text_of(value: Any) -> str | None:
    """A value as text; None stays, and half of an emoji is no letter.

    Raises:
        WrongShapeError: an object or a list.
    """
    if isinstance(value, dict | list):
        raise WrongShapeError
    if isinstance(value, bool):
        return str(value).lower()
    return None if value is None else str(value).encode("utf-8", errors="replace").decode()


def rows_of(value: Any) -> list[Row]:
    """A list of objects.

    Raises:
        WrongShapeError: it is something else.
    """
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise WrongShapeError
    return value


def texts_of(value: Any) -> list[str]:
    """A list of texts, such as tags; null is none.

    Raises:
        WrongShapeError: it is something else.
    """
    if value is None:
        return []
    if not isinstance(value, list):
        raise WrongShapeError
    return [text for one in value if (text := text_of(one))]


def listed(answer: Any, source: Server, what: str) -> list[Any]:
    """The list that an answer must be.

    Raises:
        SourceError: it is something else: the address is not that of the system.
    """
    if not isinstance(answer, list):
        raise SourceError(f"{source.host}: нет списка обращений ({what}); проверьте url")
    return answer


def is_of_the_week(talk: Row, context: Context) -> bool:
    """Whether something of a conversation happened in the week; what has no moment is told in every week."""
    moments = [talk["created_at"], *(part["at"] for part in (*talk["messages"], *talk["events"]))]
    return any(is_asked(moment, context) for moment in moments)


def hash_of(talk: Row, context: Context) -> str:
    """Hash of what of a conversation can land: a message of another week is no other input."""
    parts = {name: [part for part in talk[name] if is_asked(part["at"], context)] for name in ("messages", "events")}
    return hashlib.sha256(json.dumps({**talk, **parts}, ensure_ascii=True, sort_keys=True).encode()).hexdigest()


def set_aside(extract: Extract, source: Server, entity: str, number: str | None) -> None:
    """Quarantine what has not the shape of a record; what it says cannot be redacted."""
    origin = f"{source.host}#{number}" if number else source.host
    extract.broken.append(Broken(entity, "wrong_shape", REASONS["wrong_shape"], origin))


def frames_of(talks: Iterable[Row]) -> Iterator[pl.DataFrame]:
    """Rows of ``TALK`` with their ``origin``, as frames of a bounded size; one frame where there are none."""
    schema = pl.Schema({**TALK, "origin": TEXT})
    waiting: list[Row] = []
    for talk in talks:
        waiting.append(talk)
        if len(waiting) == _FRAME:
            yield pl.DataFrame(waiting, schema=schema)
            waiting = []
    yield pl.DataFrame(waiting, schema=schema)
