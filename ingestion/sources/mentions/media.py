"""The media: articles of RSS and Atom feeds."""

from __future__ import annotations

import calendar
import hashlib
import re
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import dateparser

from ingestion.extract import Broken, Context, Extract, SourceError
from ingestion.http import Server, server
from ingestion.reading import bytes_of, found_files, place
from ingestion.sources.mentions.feeds import check_whole, entries_of, plain_text
from ingestion.sources.mentions.rows import Row, land_rows, once, problem_of, rows_of, text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ingestion.sources.mentions.config import Media
    from ingestion.sources.mentions.pages import Page

_HAS_ZONE = re.compile(r"(?:Z|GMT|UTC?|[+-]\d{2}:?\d{2})\s*$")
_LONGEST_DATE = 64  # characters


def extract(context: Context) -> Extract:
    """Articles of feeds; those that are not about the service land as such, and no metric counts them.

    They land, and are not dropped, so that the balance of records tells how many there were.
    """
    config = context.region.sources.media
    assert config is not None
    extract = Extract()
    if not config.files and not config.feeds:
        raise SourceError("в описании региона нет ни files, ни feeds; укажите одно из них")
    rows = rows_of(_pages(config, context, extract), lambda entry: _row(entry, context), extract)
    files = None if config.feeds else config.files
    return land_rows(context, extract, "media", once(rows), files, config.words)  # feeds of a paper share articles


def _pages(config: Media, context: Context, extract: Extract) -> list[Page]:
    """Articles of each feed; a feed that is none is quarantined, and fails the source when all are."""
    pages: list[Page] = []
    failures: list[Broken] = []
    with ExitStack() as stack:
        for where, read in [*_saved(config, context, extract), *_served(config, context, extract, stack)]:
            try:
                origin, content = read()
                pages.append((origin, [{**entry, "_feed": where} for entry in entries_of(content, where)]))
            except SourceError as error:
                failures.append(Broken("mentions", "broken_feed", str(error), where))
    extract.broken += failures
    if not pages:
        raise SourceError(f"ни одна лента не прочитана; первая из них — {failures[0].message}")
    return pages


def _saved(config: Media, context: Context, extract: Extract) -> Iterator[tuple[str, Callable[[], tuple[str, bytes]]]]:
    for path in found_files(config.files, context, extract) if config.files else []:
        yield place(path), lambda path=path: (place(path), bytes_of(path))


def _served(
    config: Media, context: Context, extract: Extract, stack: ExitStack
) -> Iterator[tuple[str, Callable[[], tuple[str, bytes]]]]:
    servers: dict[str, Server] = {}  # one for all feeds of a paper: it numbers what it reads
    for address in map(context.path, config.feeds):
        paper = "/".join(urlsplit(address)[:2])

        def read(address: str = address, paper: str = paper) -> tuple[str, bytes]:
            if paper not in servers:
                servers[paper] = stack.enter_context(server(address, extract.inputs))
            content = servers[paper].content(address, check_whole)
            return servers[paper].page, content

        yield urlsplit(address).hostname or "лента", read


def _row(entry: Row, context: Context) -> Row:
    link = entry.get("link")
    published, edited = _moment(entry, "published", context), _moment(entry, "updated", context)
    first = published or edited
    return {
        "id": _id(entry, first),
        "kind": "post",
        "published_at": first,
        "edited_at": edited if published and edited != published else None,
        "text": _article(entry),
        "url": link if isinstance(link, str) and link.startswith(("http://", "https://")) else None,
        "is_own": False,
        "is_hidden": False,
        "problem": problem_of([(entry.get("published"), published)]),
    }


def _id(entry: Row, published: datetime | None) -> str | None:
    """Of the article's own name, or of its link, and of the day: a paper that dates it anew publishes it anew."""
    guid, link = text_of(entry.get("id")), text_of(entry.get("link"))
    if guid and "://" not in guid:  # a number is one of many papers'
        guid = f"{urlsplit(link or '').hostname or entry['_feed']}/{guid}"
    name = guid or link
    day = published.date() if published else None
    return hashlib.sha256(f"{name} {day}".encode()).hexdigest()[:16] if name else None


def _article(entry: Row) -> str | None:
    """Title and announcement; the whole text where there is no announcement."""
    contents = entry.get("content") or [{}]
    body = entry.get("summary") or contents[0].get("value") or entry.get("yandex_full-text") or ""
    parts = [plain_text(part) for part in (entry.get("title") or "", body)]
    return text_of("\n".join(part for part in parts if part)) or None


def _moment(entry: Row, name: str, context: Context) -> datetime | None:
    """A moment of an article; one that names no zone of its own is local."""
    written, parsed = entry.get(name), entry.get(f"{name}_parsed")
    if not isinstance(written, str) or len(written) > _LONGEST_DATE:
        return None
    try:
        if parsed and _HAS_ZONE.search(written):
            return datetime.fromtimestamp(calendar.timegm(parsed), UTC).replace(tzinfo=None)
        return _local_moment(written, context)
    except (ValueError, OverflowError, OSError):
        return None


def _local_moment(written: str, context: Context) -> datetime | None:
    settings: Any = {
        "TIMEZONE": context.region.time_zone,
        "RETURN_AS_TIMEZONE_AWARE": True,
        "PARSERS": ["absolute-time"],  # «вчера» would depend on the day of the load
        "DATE_ORDER": "DMY",
        "REQUIRE_PARTS": ["day", "month", "year"],
    }
    found = dateparser.parse(written, languages=["ru", "en"], settings=settings)
    return found.astimezone(UTC).replace(tzinfo=None) if found else None
