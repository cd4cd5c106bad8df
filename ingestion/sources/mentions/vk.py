"""VK: posts of a wall; the centre is the one whose hashtag the post carries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx

from ingestion.extract import Context, Extract
from ingestion.sources.mentions.pages import (
    Row,
    WrongShapeError,
    land_mentions,
    part_of,
    read_pages,
    text_of,
    unix_moment_of,
)

if TYPE_CHECKING:
    from ingestion.sources.mentions.config import Pages


def extract(context: Context) -> Extract:
    """Posts of VK wall pages; the centre is the one whose hashtag the post carries."""
    config = context.region.sources.vk
    assert config is not None
    extract = Extract()

    def next_url(url: str, page: Any) -> Any:
        following = part_of(page, "response").get("next_from")
        return str(httpx.URL(url).copy_set_param("start_from", following)) if following else None

    def items(page: Any) -> Any:
        return part_of(page, "response").get("items")

    found = read_pages(config, context, extract, items, next_url)
    return land_mentions(context, config, extract, "vk", found, lambda post: _post(post, config))


def _native_id(post: Row) -> str | None:
    owner, number = text_of(post.get("owner_id")), text_of(post.get("id"))
    return f"{owner}_{number}" if owner and number else None


def _post(post: Row, config: Pages) -> Row:
    native = _native_id(post)
    copied = post.get("copy_history") or []
    if not isinstance(copied, list) or not all(isinstance(original, dict) for original in copied):
        raise WrongShapeError
    original = _native_id(copied[0]) if copied else None
    return {
        "id": native,
        "kind": "post",
        "author": text_of(post.get("from_id")),
        "published_at": unix_moment_of(post.get("date")),
        "text": text_of(post.get("text")),
        "url": f"https://vk.com/wall{native}",
        "is_own": post.get("from_id") in config.own_ids,
        "is_hidden": False,
        "repost_of": f"vk:{original}" if original else None,
    }
