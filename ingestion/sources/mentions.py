"""Reviews and posts: pages of 2GIS and of VK, saved to files or read over HTTP."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import polars as pl

from ingestion.contract import MOMENT, TEXT
from ingestion.extract import Broken, Context, Extract, SourceError, with_place
from ingestion.http import pages
from ingestion.privacy import redact
from ingestion.reading import found_files, place, read_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ingestion.region import Pages

_OFFICE_TAG = r"#ЦЗН_([A-Za-z0-9_-]+)"
_COLUMNS = {
    **dict.fromkeys(("id", "office_id", "kind", "author", "text", "url", "repost_of", "reply_text", "origin"), TEXT),
    **dict.fromkeys(("published_at", "edited_at", "replied_at"), MOMENT),
    "rating": pl.Float64,
    "is_own": pl.Boolean,
    "is_hidden": pl.Boolean,
}
Row = dict[str, Any]


def extract_two_gis(context: Context) -> Extract:
    """Reviews of 2GIS 2.0 pages; a branch belongs to the centre that the branches' file names."""
    config = context.region.sources.two_gis
    assert config is not None
    branches: dict[str, str] = {}
    extract = Extract()
    if config.branches:
        branches = read_json(found_files(config.branches, context, extract)[0])

    def next_url(_url: str, page: Any) -> str | None:
        return (page.get("meta") or {}).get("next_link")

    rows = [
        _review(review, branches, origin)
        for origin, page in _pages(config, context, extract, next_url)
        for review in _items(page, "reviews", origin)
    ]
    return _extract(context, config, extract, "two_gis", rows)


def extract_vk(context: Context) -> Extract:
    """Posts of VK wall pages; the centre is the one whose hashtag the post carries."""
    config = context.region.sources.vk
    assert config is not None
    extract = Extract()

    def next_url(url: str, page: Any) -> str | None:
        following = (page.get("response") or {}).get("next_from")
        return str(httpx.URL(url).copy_set_param("start_from", following)) if following else None

    rows = [
        _post(post, config, origin)
        for origin, page in _pages(config, context, extract, next_url)
        for post in _items(page.get("response") or {}, "items", origin)
    ]
    return _extract(context, config, extract, "vk", rows)


def _pages(config: Pages, context: Context, extract: Extract, next_url: Any) -> Iterator[tuple[str, Any]]:
    if config.url:
        yield from pages(context.path(config.url), next_url, extract.inputs)
    elif config.files:
        for path in found_files(config.files, context, extract):
            if path.name == Path(config.branches or "").name:
                continue
            try:
                yield place(path), read_json(path)
            except SourceError as error:
                extract.broken.append(Broken("mentions", "broken_json", str(error), place(path)))
    else:
        raise SourceError("в описании региона нет ни files, ни url; укажите одно из них")


def _items(page: Any, key: str, origin: str) -> list[Row]:
    items = page.get(key) if isinstance(page, dict) else None
    if not isinstance(items, list):
        raise SourceError(f"{origin}: нет списка «{key}»; это не страница источника")
    return items


def _moment(text: str | None) -> datetime | None:
    """UTC of an ISO 8601 moment; what cannot be read gives None."""
    try:
        moment = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else None


def _review(review: Row, branches: dict[str, str], origin: str) -> Row:
    answer = review.get("official_answer") or {}
    branch = str((review.get("object") or {}).get("id"))
    return {
        "id": review.get("id"),
        "office_id": branches.get(branch),
        "kind": "review",
        "author": (review.get("user") or {}).get("id"),
        "published_at": _moment(review.get("date_created")),
        "edited_at": _moment(review.get("date_edited")),
        "rating": review.get("rating"),
        "text": review.get("text"),
        "url": review.get("url") or None,
        "is_own": False,
        "is_hidden": bool(review.get("is_hidden")),
        "repost_of": None,
        "replied_at": _moment(answer.get("date_created")),
        "reply_text": answer.get("text"),
        "origin": f"{origin}#{review.get('id')}",
    }


def _post(post: Row, config: Pages, origin: str) -> Row:
    native = f"{post.get('owner_id')}_{post.get('id')}" if post.get("id") is not None else None
    original = (post.get("copy_history") or [None])[0]
    date = post.get("date")
    return {
        "id": native,
        "office_id": None,
        "kind": "post",
        "author": str(post.get("from_id")),
        "published_at": datetime.fromtimestamp(date, UTC).replace(tzinfo=None) if isinstance(date, int) else None,
        "edited_at": None,
        "rating": None,
        "text": post.get("text"),
        "url": f"https://vk.com/wall{native}",
        "is_own": post.get("from_id") in config.own_ids,
        "is_hidden": False,
        "repost_of": f"vk:{original.get('owner_id')}_{original.get('id')}" if original else None,
        "replied_at": None,
        "reply_text": None,
        "origin": f"{origin}#{native}",
    }


def _extract(context: Context, config: Pages, extract: Extract, source: str, rows: list[Row]) -> Extract:
    # an address gives whatever is newest, a folder of a week only its own
    extract.other_week_is_wrong = bool(config.files and "{week}" in config.files)
    frame = pl.DataFrame(rows, schema=_COLUMNS, strict=False)
    tag = pl.col("text").str.extract(_OFFICE_TAG)
    known = context.register["office_id"].to_list()
    frame = frame.with_columns(
        problem=pl.lit(None, TEXT),
        # a hashtag is written by the public: one of no centre is no error
        office_id=pl.coalesce("office_id", pl.when(tag.is_in(known)).then(tag)),
    )
    frame = with_place(frame, context).with_columns(
        record_id=pl.lit(f"{source}:") + pl.col("id"),
        platform=pl.lit(source),
        author_key=context.pseudonyms.of(frame["author"]),
        observed_at="published_at",
        text=redact(frame["text"]),
        reply_text=redact(frame["reply_text"]),
    )
    extract.frames["mentions"] = frame.drop("author")
    return extract
