"""Reviews and posts: pages of 2GIS and of VK, saved to files or read over HTTP."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import polars as pl

from ingestion.contract import MOMENT, TEXT
from ingestion.extract import Broken, Context, Extract, SourceError, with_place
from ingestion.http import pages
from ingestion.quarantine import REASONS
from ingestion.reading import found_files, place, read_json
from ingestion.weeks import credible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ingestion.region import Pages

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


class _WrongShapeError(SourceError):
    """An item is not built as the source says."""


def extract_two_gis(context: Context) -> Extract:
    """Reviews of 2GIS 2.0 pages; a branch belongs to the centre that the branches' file names."""
    config = context.region.sources.two_gis
    assert config is not None
    extract = Extract()
    branches = _branches(config, context, extract)

    def next_url(_url: str, page: Any) -> Any:
        return _part(page, "meta").get("next_link")

    def items(page: Any) -> Any:
        return page.get("reviews")

    found = _pages(config, context, extract, items, next_url)
    return _extract(context, config, extract, "two_gis", found, lambda review: _review(review, branches))


def extract_vk(context: Context) -> Extract:
    """Posts of VK wall pages; the centre is the one whose hashtag the post carries."""
    config = context.region.sources.vk
    assert config is not None
    extract = Extract()

    def next_url(url: str, page: Any) -> Any:
        following = _part(page, "response").get("next_from")
        return str(httpx.URL(url).copy_set_param("start_from", following)) if following else None

    def items(page: Any) -> Any:
        return _part(page, "response").get("items")

    found = _pages(config, context, extract, items, next_url)
    return _extract(context, config, extract, "vk", found, lambda post: _post(post, config))


def _branches(config: Pages, context: Context, extract: Extract) -> dict[str, str]:
    if not config.branches:
        return {}
    path = found_files(config.branches, context, extract)[0]
    branches = read_json(path)
    if not isinstance(branches, dict) or not all(isinstance(office, str) for office in branches.values()):
        raise SourceError(f"{place(path)}: нужен объект JSON «номер филиала: код центра»; исправьте файл")
    return branches


def _pages(
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


def _part(item: Row, key: str) -> Row:
    """An object inside of an object; null is an empty one."""
    part = item.get(key) or {}
    if not isinstance(part, dict):
        raise _WrongShapeError(f"поле «{key}» устроено не так, как принято в источнике; проверьте источник")
    return part


def _text(value: Any) -> str | None:
    """A text, or a number as one; half of an emoji, which is no letter, becomes a question mark."""
    if value is None:
        return None
    if isinstance(value, bool | float | list | dict):
        raise _WrongShapeError
    return str(value).encode("utf-8", errors="replace").decode()


def _moment(text: Any) -> datetime | None:
    """UTC of an ISO 8601 moment; what cannot be read gives None."""
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else None
    except (TypeError, ValueError, OverflowError):
        return None


def _unix_moment(seconds: Any) -> datetime | None:
    if not isinstance(seconds, int) or isinstance(seconds, bool):
        return None
    try:
        return datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None)
    except (ValueError, OverflowError, OSError):
        return None


def _number(value: Any) -> float | None:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    try:
        return float(value) if math.isfinite(value) else None
    except OverflowError:
        return None


def _review(review: Row, branches: dict[str, str]) -> Row:
    answer, branch, user = _part(review, "official_answer"), _part(review, "object"), _part(review, "user")
    row = {
        "id": _text(review.get("id")),
        "office_id": branches.get(_text(branch.get("id")) or ""),
        "kind": "review",
        "author": _text(user.get("id")),
        "published_at": _moment(review.get("date_created")),
        "edited_at": _moment(review.get("date_edited")),
        "rating": _number(review.get("rating")),
        "text": _text(review.get("text")),
        "url": _text(review.get("url")) or None,
        "is_own": False,
        "is_hidden": review.get("is_hidden") is True,
        "replied_at": _moment(answer.get("date_created")),
        "reply_text": _text(answer.get("text")),
    }
    dates = ((review.get("date_edited"), row["edited_at"]), (answer.get("date_created"), row["replied_at"]))
    if any(written and read is None for written, read in dates):
        row["problem"] = "unreadable_date"
    elif review.get("rating") is not None and row["rating"] is None:
        row["problem"] = "unreadable_number"
    return row


def _native_id(post: Row) -> str | None:
    owner, number = _text(post.get("owner_id")), _text(post.get("id"))
    return f"{owner}_{number}" if owner and number else None


def _post(post: Row, config: Pages) -> Row:
    native = _native_id(post)
    copied = post.get("copy_history") or []
    if not isinstance(copied, list) or not all(isinstance(original, dict) for original in copied):
        raise _WrongShapeError
    original = _native_id(copied[0]) if copied else None
    return {
        "id": native,
        "kind": "post",
        "author": _text(post.get("from_id")),
        "published_at": _unix_moment(post.get("date")),
        "text": _text(post.get("text")),
        "url": f"https://vk.com/wall{native}",
        "is_own": post.get("from_id") in config.own_ids,
        "is_hidden": False,
        "repost_of": f"vk:{original}" if original else None,
    }


def _extract(
    context: Context,
    config: Pages,
    extract: Extract,
    source: str,
    found: Iterator[tuple[str, list[Any]]],
    build: Callable[[Row], Row],
) -> Extract:
    # an address gives whatever is newest, a folder of a week only its own
    extract.other_week_is_wrong = bool(config.files and "{week}" in config.files)
    rows: list[Row] = []
    misshapen: list[Broken] = []
    for page, items in found:
        for number, item in enumerate(items, start=1):
            try:
                row = build(item) if isinstance(item, dict) else None
            except _WrongShapeError:
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
