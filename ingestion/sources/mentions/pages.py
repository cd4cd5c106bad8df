"""What all mentions share: pages saved to files or read over HTTP, and the rows that they become."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from ingestion.contract import MOMENT, TEXT
from ingestion.extract import Broken, Context, Extract, SourceError, with_place
from ingestion.http import pages
from ingestion.quarantine import REASONS
from ingestion.reading import found_files, place, read_json
from ingestion.weeks import credible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ingestion.sources.mentions.config import Pages

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


def read_pages(
    config: Pages,
    context: Context,
    extract: Extract,
    items_of: Callable[[Any], Any],
    next_url: Callable[[str, Any], Any],
) -> Iterator[tuple[str, list[Any]]]:
    """Items of each page; a file that is none is quarantined, an answer of a server that is none fails the source."""
    if config.url:
        for origin, page in pages(context.path(config.url), next_url, extract.inputs):
            yield origin, _items(page, items_of, origin)
    elif config.files:
        yield from _saved_pages(config, context, extract, items_of)
    else:
        raise SourceError("в описании региона нет ни files, ни url; укажите одно из них")


def _saved_pages(
    config: Pages, context: Context, extract: Extract, items_of: Callable[[Any], Any]
) -> Iterator[tuple[str, list[Any]]]:
    assert config.files is not None
    branches = Path(config.branches or "").name
    paths = [path for path in found_files(config.files, context, extract) if path.name != branches]
    for path in paths:
        try:
            content = _items(read_json(path), items_of, place(path))
        except SourceError as error:
            extract.broken.append(Broken("mentions", "broken_json", str(error), place(path)))
        else:
            yield place(path), content
    if len(extract.broken) == len(paths):
        reason = extract.broken[0].message if paths else "файлов нет; проверьте выгрузку"
        raise SourceError(f"ни одна страница не прочитана; первая из них — {reason}")


def _items(page: Any, items_of: Callable[[Any], Any], origin: str) -> list[Any]:
    items = items_of(page) if isinstance(page, dict) else None
    if not isinstance(items, list):
        raise SourceError(f"{origin}: нет списка записей; это не страница источника, проверьте выгрузку или адрес")
    return items


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


def land_mentions(
    context: Context,
    config: Pages,
    extract: Extract,
    source: str,
    found: Iterator[tuple[str, list[Any]]],
    build: Callable[[Row], Row],
) -> Extract:
    """Rows of all items found, with what could not become a row set aside."""
    # an address gives whatever is newest, a folder of a week only its own
    extract.other_week_is_wrong = bool(config.files and "{week}" in config.files)
    rows: list[Row] = []
    misshapen: list[Broken] = []
    for page, items in found:
        for number, item in enumerate(items, start=1):
            try:
                row = build(item) if isinstance(item, dict) else None
            except WrongShapeError:
                row = None
            if row is None:
                place_of_item = f"{page}#{number}"
                misshapen.append(Broken("mentions", "wrong_shape", REASONS["wrong_shape"], place_of_item))
            else:
                rows.append({**row, "origin": f"{page}#{row['id'] or number}"})
    extract.broken += misshapen
    frame = pl.DataFrame(rows, schema=_COLUMNS)
    tag = pl.col("text").str.extract(_OFFICE_TAG)
    known = context.register["office_id"].to_list()
    frame = frame.with_columns(
        credible(pl.col("published_at", "edited_at", "replied_at")),
        # a hashtag is written by the public: one of no centre is no error
        office_id=pl.coalesce("office_id", pl.when(tag.is_in(known)).then(tag)),
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
