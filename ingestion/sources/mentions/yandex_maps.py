"""Yandex Maps: pages of reviews of an organisation, which belongs to the centre that the file of branches names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ingestion.sources.mentions.reviews import Platform, extract_reviews
from ingestion.sources.mentions.rows import Row, moment_of, number_of, part_of, problem_of, text_of

if TYPE_CHECKING:
    from datetime import datetime

    from ingestion.extract import Context, Extract


def extract(context: Context) -> Extract:
    """Reviews of Yandex Maps; an organisation belongs to the centre that the branches' file names."""
    config = context.region.sources.yandex_maps
    assert config is not None
    return extract_reviews(context, config, _PLATFORM)


def _review(review: Row, branches: dict[str, str]) -> Row:
    reply, author = part_of(review, "businessComment"), part_of(review, "author")
    updated, rating = _updated(review), number_of(review.get("rating"))
    row = {
        "id": _id(text_of(review.get("reviewId")), updated),
        "office_id": branches.get(text_of(review.get("businessId")) or ""),
        "kind": "review",
        "author": text_of(author.get("profileUrl")) or None,
        "published_at": updated,
        "rating": rating or None,  # 0: no star was given
        "text": text_of(review.get("text")),
        "is_own": False,
        "is_hidden": False,
        "replied_at": moment_of(reply.get("updatedTime")),
        "reply_text": text_of(reply.get("text")),
    }
    dates = [(reply.get("updatedTime"), row["replied_at"])]
    return {**row, "problem": problem_of(dates, [(review.get("rating"), rating)])}


def _id(number: str | None, updated: datetime | None) -> str | None:
    """Yandex tells only when a review was last changed: a changed one is another mention, of a later week."""
    return f"{number}:{updated:%Y%m%dT%H%M%S}" if number and updated else number


def _updated(review: Row) -> datetime | None:
    return moment_of(review.get("updatedTime"))


def _data(page: Any) -> Row:
    return part_of(page, "data") or page


def _next_page(page: Any, read: int) -> Any:
    params = part_of(_data(page), "params")
    number, last, count = (params.get(name) for name in ("page", "totalPages", "count"))
    number = number if isinstance(number, int) else 1
    is_last = number >= last if isinstance(last, int) else not isinstance(count, int) or read >= count
    return None if is_last else {"page": str(number + 1)}


_PLATFORM = Platform(
    source="yandex_maps",
    items_of=lambda page: _data(page).get("reviews"),
    moment_of=_updated,
    key_of=lambda review: review.get("reviewId"),
    following=_next_page,
    review=_review,
    newest_first={"ranking": "by_time"},
    credentials=lambda token: ({"Authorization": f"OAuth {token}"}, {}),
    total_of=lambda page: part_of(_data(page), "params").get("count"),
)
