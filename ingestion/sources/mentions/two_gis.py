"""2GIS: reviews 2.0 pages; a branch belongs to the centre that the file of branches names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ingestion.extract import Context, Extract, SourceError
from ingestion.reading import found_files, place, read_json
from ingestion.sources.mentions.pages import Row, land_mentions, moment_of, number_of, part_of, read_pages, text_of

if TYPE_CHECKING:
    from ingestion.sources.mentions.config import Pages


def extract(context: Context) -> Extract:
    """Reviews of 2GIS 2.0 pages; a branch belongs to the centre that the branches' file names."""
    config = context.region.sources.two_gis
    assert config is not None
    extract = Extract()
    branches = _branches(config, context, extract)

    def next_url(_url: str, page: Any) -> Any:
        return part_of(page, "meta").get("next_link")

    def items(page: Any) -> Any:
        return page.get("reviews")

    found = read_pages(config, context, extract, items, next_url)
    return land_mentions(context, config, extract, "two_gis", found, lambda review: _review(review, branches))


def _branches(config: Pages, context: Context, extract: Extract) -> dict[str, str]:
    if not config.branches:
        return {}
    path = found_files(config.branches, context, extract)[0]
    branches = read_json(path)
    if not isinstance(branches, dict) or not all(isinstance(office, str) for office in branches.values()):
        raise SourceError(f"{place(path)}: нужен объект JSON «номер филиала: код центра»; исправьте файл")
    return branches


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
    if any(written and read is None for written, read in dates):
        row["problem"] = "unreadable_date"
    elif review.get("rating") is not None and row["rating"] is None:
        row["problem"] = "unreadable_number"
    return row
