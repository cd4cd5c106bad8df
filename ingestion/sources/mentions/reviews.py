"""What the three sources of reviews share: pages of branches, saved or read, newest first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ingestion.extract import Context, Extract, SourceError
from ingestion.http import Server, server
from ingestion.sources.mentions.pages import Listing, Page, addresses, branches_of, saved_pages, week_start
from ingestion.sources.mentions.rows import Row, land_rows, rows_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from ingestion.sources.mentions.config import Pages


@dataclass(frozen=True)
class Platform:
    """How a platform of reviews speaks.

    Attributes:
        items_of: reviews of a page.
        moment_of: of a review, the moment by which the platform sorts.
        key_of: of a review, what tells it from others.
        following: the parameters, or the address, of the page after a page, given how many reviews were read;
            nothing at the last.
        review: the row of a review, given the centres of branches.
        newest_first: parameters that ask for newest first.
        credentials: headers and parameters that carry a token.
        total_of: how many reviews there are, where pages are numbered.
    """

    source: str
    items_of: Callable[[Any], Any]
    moment_of: Callable[[Any], datetime | None]
    key_of: Callable[[Any], Any]
    following: Callable[[Any, int], Any]
    review: Callable[[Row, dict[str, str]], Row]
    newest_first: dict[str, str]
    credentials: Callable[[str], tuple[dict[str, str], dict[str, str]]]
    total_of: Callable[[Any], Any] = lambda _page: None


def extract_reviews(context: Context, config: Pages, platform: Platform) -> Extract:
    """Reviews of a platform for a week."""
    extract = Extract()
    branches = branches_of(config.branches, context, extract)
    found: Iterable[Page]
    if config.url:
        headers, params = platform.credentials(context.secret(config.token)) if config.token else ({}, {})
        first = addresses(config.url, branches, context)
        with server(first[0], extract.inputs, headers) as source:
            found = _read(source, first, {**platform.newest_first, **params}, platform, week_start(context))
    elif config.files:
        found = saved_pages(config.files, config.branches, context, extract, platform.items_of)
    else:
        raise SourceError("в описании региона нет ни files, ни url; укажите одно из них")
    rows = rows_of(found, lambda review: platform.review(review, branches), extract)
    return land_rows(context, extract, platform.source, rows, None if config.url else config.files)


def _read(source: Server, first: list[str], params: dict[str, str], platform: Platform, since: datetime) -> list[Page]:
    pages: list[Page] = []
    for address in first:
        asked = source.address(address)
        extra = {name: value for name, value in params.items() if name not in asked.params}
        # an address that asks for another order is obeyed, and read to its end
        is_sorted = all(asked.params.get(name, value) == value for name, value in platform.newest_first.items())
        listing = Listing(source, platform.items_of, platform.key_of, platform.moment_of, since if is_sorted else None)

        def ask(cursor: Any, address: str = address, extra: dict[str, str] = extra) -> Any:
            if isinstance(cursor, dict):
                return source.get(address, {**extra, **cursor})
            return source.get(address if cursor is None else cursor, extra)

        pages += listing.read(ask, platform.following, platform.total_of)
    return pages
