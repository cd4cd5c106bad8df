"""Google: reviews of a business profile (v4); a location belongs to the centre that the file of branches names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ingestion.sources.mentions.reviews import Platform, extract_reviews
from ingestion.sources.mentions.rows import Row, moment_of, part_of, problem_of, text_of

if TYPE_CHECKING:
    from datetime import datetime

    from ingestion.extract import Context, Extract

_STARS = {"ONE": 1.0, "TWO": 2.0, "THREE": 3.0, "FOUR": 4.0, "FIVE": 5.0}
_NOT_GIVEN = "STAR_RATING_UNSPECIFIED"
_TRANSLATED, _ORIGINAL = "(Translated by Google)", "(Original)"
# of a page without reviews, which has no list of them
_PARTS_OF_AN_EMPTY_PAGE = {"averageRating", "totalReviewCount", "nextPageToken"}


def extract(context: Context) -> Extract:
    """Reviews of Google Business Profile; a location belongs to the centre that the branches' file names."""
    config = context.region.sources.google_reviews
    assert config is not None
    return extract_reviews(context, config, _PLATFORM)


def _items(page: Any) -> Any:
    return page.get("reviews", [] if page.keys() <= _PARTS_OF_AN_EMPTY_PAGE else None)


def _location(name: str | None) -> str:
    """The location in ``accounts/1/locations/55/reviews/r1``."""
    return (name or "").partition("/reviews/")[0]


def _as_written(comment: str | None) -> str | None:
    """What the client wrote, without the translation that Google puts before or after it."""
    if comment is None or _TRANSLATED not in comment:
        return comment
    before, _, after = comment.partition(_TRANSLATED)
    return (after.partition(_ORIGINAL)[2] if _ORIGINAL in after else before).strip() or None


def _author(reviewer: Row) -> str | None:
    """A name is no identifier: it counts together with the picture, and within Google alone."""
    if reviewer.get("isAnonymous") is True or not reviewer.get("displayName"):
        return None
    return f"google {text_of(reviewer['displayName'])} {text_of(reviewer.get('profilePhotoUrl')) or ''}"


def _review(review: Row, branches: dict[str, str]) -> Row:
    reply, reviewer = part_of(review, "reviewReply"), part_of(review, "reviewer")
    stars, name = text_of(review.get("starRating")), text_of(review.get("name"))
    created, updated = moment_of(review.get("createTime")), moment_of(review.get("updateTime"))
    row = {
        "id": text_of(review.get("reviewId")),
        "office_id": branches.get(_location(name)),
        "kind": "review",
        "author": _author(reviewer),
        "published_at": created,
        "edited_at": updated if updated != created else None,
        "rating": _STARS.get(stars or ""),
        "text": _as_written(text_of(review.get("comment"))),
        "is_own": False,
        "is_hidden": False,
        "replied_at": moment_of(reply.get("updateTime")),
        "reply_text": text_of(reply.get("comment")),
    }
    dates = ((review.get("updateTime"), updated), (reply.get("updateTime"), row["replied_at"]))
    stars = None if stars == _NOT_GIVEN else stars
    return {**row, "problem": problem_of(dates, [(stars, row["rating"])])}


def _updated(review: Row) -> datetime | None:
    return moment_of(review.get("updateTime"))


def _next_page(page: Any, _read: int) -> Any:
    token = text_of(page.get("nextPageToken"))
    return {"pageToken": token} if token else None


_PLATFORM = Platform(
    source="google_reviews",
    items_of=_items,
    moment_of=_updated,  # never before it was created, so that no review of the week is behind one that is older
    key_of=lambda review: review.get("name") or review.get("reviewId"),
    following=_next_page,
    review=_review,
    newest_first={"orderBy": "updateTime desc", "pageSize": "50"},
    credentials=lambda token: ({"Authorization": f"Bearer {token}"}, {}),
)
