"""The rows that all mentions become, and the values in them."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import polars as pl

from ingestion.contract import MOMENT, TEXT
from ingestion.extract import Broken, Context, Extract, SourceError, with_place
from ingestion.quarantine import REASONS
from ingestion.weeks import credible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from ingestion.privacy import Pseudonyms

_OFFICE_TAG = r"#ЦЗН_([A-Za-z0-9_-]+)"
_COLUMNS = {
    **dict.fromkeys(("id", "office_id", "kind", "author", "text", "url", "repost_of", "reply_text", "origin"), TEXT),
    **dict.fromkeys(("published_at", "edited_at", "replied_at"), MOMENT),
    "rating": pl.Float64,
    "is_own": pl.Boolean,
    "is_hidden": pl.Boolean,
    "problem": TEXT,
}
Row = dict[str, Any]


class WrongShapeError(SourceError):
    """An item is not built as the source says."""


def part_of(item: Row, key: str) -> Row:
    """An object inside of an object; null is an empty one."""
    part = item.get(key) or {}
    if not isinstance(part, dict):
        raise WrongShapeError(f"поле «{key}» устроено не так, как принято в источнике; проверьте источник")
    return part


def text_of(value: Any) -> str | None:
    """A text, or a number as one; half of an emoji, which is no letter, becomes a question mark."""
    if value is None:
        return None
    if isinstance(value, bool | float | list | dict):
        raise WrongShapeError
    return str(value).encode("utf-8", errors="replace").decode()


def moment_of(text: Any) -> datetime | None:
    """UTC of an ISO 8601 moment; what cannot be read gives None."""
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else None
    except (TypeError, ValueError, OverflowError):
        return None


def unix_moment_of(seconds: Any) -> datetime | None:
    """UTC of a Unix moment; what cannot be read gives None."""
    if not isinstance(seconds, int) or isinstance(seconds, bool):
        return None
    try:
        return datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None)
    except (ValueError, OverflowError, OSError):
        return None


def number_of(value: Any) -> float | None:
    """A finite number; what is none gives None."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    try:
        return float(value) if math.isfinite(value) else None
    except OverflowError:
        return None


def problem_of(dates: Iterable[tuple[Any, Any]], numbers: Iterable[tuple[Any, Any]] = ()) -> str | None:
    """The problem of a row of which something was written that could not be read.

    Args:
        dates: pairs of what was written and what was read.
        numbers: the same of numbers.
    """
    if any(written and read is None for written, read in dates):
        return "unreadable_date"
    return "unreadable_number" if any(written is not None and read is None for written, read in numbers) else None


def person_key(context: Context, identifier: Any) -> str:
    """The pseudonym of one person: for ids of records that would name the person whose place they stand in."""
    return _key_of(context.pseudonyms, str(identifier))


@lru_cache(maxsize=65536)
def _key_of(pseudonyms: Pseudonyms, identifier: str) -> str:
    return pseudonyms.of(pl.Series([identifier]))[0] or "unknown"


def once(rows: list[Row]) -> list[Row]:
    """Rows without those that were read before: lists that overlap by their nature."""
    first = {row["id"]: row for row in reversed(rows)}
    return [row for row in rows if row["id"] is None or first[row["id"]] is row]


def add_replies(rows: list[Row]) -> None:
    """What the service answered to a mention is the reply of that mention too: the first answer to each.

    An answer stays a row of its own, which no metric counts (``is_own``): it may come in a later week than the
    mention. ``answers`` of a row is the id of the row that it answers.
    """
    by_id = {row["id"]: row for row in rows if row["id"] and not row["is_own"]}
    answers = [row for row in rows if row["is_own"] and row.get("answers") in by_id and row["published_at"]]
    for answer in sorted(answers, key=lambda row: (row["published_at"], row["id"] or "")):
        answered = by_id[answer["answers"]]
        if answered.get("replied_at") is None:
            answered |= {"replied_at": answer["published_at"], "reply_text": answer["text"]}


def rows_of(found: Iterable[tuple[str, list[Any]]], build: Callable[[Row], Row | None], extract: Extract) -> list[Row]:
    """Rows of all items found, with what could not become a row set aside; ``build`` gives None for what is none."""
    rows: list[Row] = []
    misshapen: list[Broken] = []
    for page, items in found:
        for number, item in enumerate(items, start=1):
            try:
                if not isinstance(item, dict):
                    raise WrongShapeError
                row = build(item)
            except WrongShapeError:
                misshapen.append(Broken("mentions", "wrong_shape", REASONS["wrong_shape"], f"{page}#{number}"))
            else:
                if row is not None:
                    rows.append({**row, "origin": f"{page}#{row['id'] or number}"})
    extract.broken += misshapen
    return rows


def _about(words: Sequence[str]) -> str:
    """A pattern of phrases whose words are given by their beginnings."""
    phrases = (r"[\p{L}\p{N}]*[^\p{L}\p{N}]+".join(map(re.escape, phrase.split())) for phrase in words)
    return r"(?i)\b(?:" + "|".join(phrases).replace("ё", "е").replace("Ё", "Е") + ")"


def land_rows(
    context: Context, extract: Extract, source: str, rows: list[Row], files: str | None, words: Sequence[str] = ()
) -> Extract:
    """Make the frame of mentions.

    ``files`` is the pattern of the files that were read, None where an address was; ``words`` tell what is about
    the service (:class:`ingestion.sources.mentions.config.Media`).
    """
    # an address gives whatever is newest, a folder of a week only its own
    extract.other_week_is_wrong = bool(files and "{week}" in files)
    frame = pl.DataFrame([{name: row.get(name) for name in _COLUMNS} for row in rows], schema=_COLUMNS)
    tag = pl.col("text").str.extract(_OFFICE_TAG)
    known = context.register["office_id"].to_list()
    plain = pl.col("text").str.replace_all("ё", "е", literal=True).str.replace_all("Ё", "Е", literal=True)
    frame = frame.with_columns(
        credible(pl.col("published_at", "edited_at", "replied_at")),
        # a hashtag is written by the public: one of no centre is no error
        office_id=pl.coalesce("office_id", pl.when(tag.is_in(known)).then(tag)),
        is_off_topic=~plain.str.contains(_about(words)).fill_null(value=False) if words else pl.lit(value=False),
    )
    extract.frames["mentions"] = (
        with_place(frame, context)
        .with_columns(
            record_id=pl.lit(f"{source}:") + pl.col("id"),
            platform=pl.lit(source),
            author_key=context.pseudonyms.of(frame["author"]),
            observed_at="published_at",
        )
        .drop("author")
    )
    return extract
