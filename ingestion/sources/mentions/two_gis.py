"""2GIS: reviews 2.0 pages; a branch belongs to the centre that the file of branches names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ingestion.sources.mentions.reviews import Platform, extract_reviews
from ingestion.sources.mentions.rows import Row, moment_of, number_of, part_of, problem_of, text_of

if TYPE_CHECKING:
    from datetime import datetime

    from ingestion.extract import Context, Extract


def extract(context: Context) -> Extract:
    """Reviews of 2GIS 2.0 pages; a branch belongs to the centre that the branches' file names."""
    config = context.region.sources.two_gis
    assert config is not None
    return extract_reviews(context, config, _PLATFORM)


def _review(review: Row, branches: dict[str, str]) -> Row:
    answer, branch, user = part_of(review, "official_answer"), part_of(review, "object"), part_of(review, "user")
    row = {
        "id": text_of(review.get("id")),
        "office_id": branches.get(text_of(branch.get("id")) or ""),
        "kind": "review",
        "author": text_of(user.get("id")),
        "published_at": moment_of(review.get("date_created")),
        "edited_at": moment_of(review.get("date_edited")),
        "rating": number_of(review.get("rating")),
        "text": text_of(review.get("text")),
        "url": text_of(review.get("url")) or None,
        "is_own": False,
        "is_hidden": review.get("is_hidden") is True,
        "replied_at": moment_of(answer.get("date_created")),
        "reply_text": text_of(answer.get("text")),
    }
    dates = ((review.get("date_edited"), row["edited_at"]), (answer.get("date_created"), row["replied_at"]))
    return {**row, "problem": problem_of(dates, [(review.get("rating"), row["rating"])])}


def _created(review: Row) -> datetime | None:
    return moment_of(review.get("date_created"))


def _next_link(page: Any, _read: int) -> Any:
    return part_of(page, "meta").get("next_link")


_PLATFORM = Platform(
    source="two_gis",
    items_of=lambda page: page.get("reviews"),
    moment_of=_created,
    key_of=lambda review: review.get("id"),
    following=_next_link,
    review=_review,
    newest_first={"sort_by": "date_created"},
    credentials=lambda token: ({}, {"key": token}),
)
