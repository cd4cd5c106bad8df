"""Pages of mentions: saved to files, or read over HTTP until all that is left is older than the week."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingestion.extract import Broken, Context, Extract, SourceError
from ingestion.reading import found_files, place, read_json
from ingestion.sources.mentions.rows import WrongShapeError
from ingestion.weeks import bounds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from ingestion.http import Server

READINGS = 3
Page = tuple[str, list[Any]]


def week_start(context: Context) -> datetime:
    """The first moment of the week in any zone of the region (UTC)."""
    return min(bounds(context.week, zone)[0] for zone in context.zones)


def week_end(context: Context) -> datetime:
    """The moment after the week in every zone of the region (UTC)."""
    return max(bounds(context.week, zone)[1] for zone in context.zones)


@dataclass
class Listing:
    """Lists of items, page by page, from one server.

    Attributes:
        items_of: the items of a page; anything but a list where it is no page.
        key_of: what tells an item from others; an item that was read before is left out.
        moment_of: the moment by which the server sorts, newest first.
        since: nothing older is asked for; None reads to the end.
    """

    server: Server
    items_of: Callable[[Any], Any]
    key_of: Callable[[Any], Any]
    moment_of: Callable[[Any], datetime | None]
    since: datetime | None = None
    _seen: set[str] = field(default_factory=set)

    def read(
        self,
        ask: Callable[[Any], Any],
        following: Callable[[Any, int], Any],
        total_of: Callable[[Any], Any] = lambda _page: None,
    ) -> list[Page]:
        """Pages of a list.

        Args:
            ask: the page of a cursor; None is the first.
            following: the cursor of the page after a page, given how many items were read; nothing at the last.
            total_of: how many items the list has, where cursors are places in it: when the list grows, items come
                twice; when it shrinks, some would be passed over, so it is read again.

        Raises:
            SourceError: pages repeat, or the list shrinks each time that it is read.
        """
        for _ in range(READINGS):
            pages = self._read_once(ask, following, total_of)
            if pages is not None:
                return [(origin, self._unseen(items)) for origin, items in pages]
        raise SourceError(
            f"{self.server.host}: записи исчезают, пока список читается, {READINGS} раза подряд; повторите позже"
        )

    def _read_once(self, ask: Callable[[Any], Any], following: Callable[[Any, int], Any], total_of: Any) -> Any:
        pages: list[Page] = []
        met: set[Any] = set()
        cursor, total, read = None, None, 0
        while True:
            page = ask(cursor)
            items = checked_items(page, self.items_of, self.server.page)
            count = total_of(page)
            if isinstance(count, int) and isinstance(total, int) and count < total:
                return None
            total, read = count, read + len(items)
            pages.append((self.server.page, items))
            cursor = following(page, read)
            # a page that came before, under another address, stands in the place of one that would be lost
            marks = ({_digest(items)} if items else set()) | ({str(cursor)} if cursor else set())
            if marks & met:
                raise SourceError(f"{self.server.host}: страницы повторяются; проверьте источник")
            if not cursor or self._is_past(items):
                return pages
            met |= marks

    def _is_past(self, items: list[Any]) -> bool:
        """Whether a page holds only what is older than is asked for; a pinned item stands where it does not belong."""
        moments = [self._moment(item) for item in items if isinstance(item, dict) and not item.get("is_pinned")]
        since = self.since
        return since is not None and bool(moments) and all(moment and moment < since for moment in moments)

    def _moment(self, item: Any) -> datetime | None:
        try:
            return self.moment_of(item)
        except WrongShapeError:
            return None

    def _unseen(self, items: list[Any]) -> list[Any]:
        """Items that no page before held; one without a key, or twice on its page, is for the quarantine."""
        keys = [self._key(item) for item in items]
        new = [item for item, key in zip(items, keys, strict=True) if key is None or key not in self._seen]
        self._seen |= {key for key in keys if key is not None}
        return new

    def _key(self, item: Any) -> str | None:
        key = self.key_of(item) if isinstance(item, dict) else None
        return None if key is None else str(key)


def _digest(items: list[Any]) -> str:
    return hashlib.sha256(json.dumps(items, sort_keys=True).encode()).hexdigest()


def saved_pages(
    files: str, branches: str | None, context: Context, extract: Extract, items_of: Callable[[Any], Any]
) -> Iterator[Page]:
    """Items of each saved page; a file that is none is quarantined, and fails the source when all are.

    The file of branches may lie in the folder of the pages.
    """
    not_a_page = Path(branches or "").name
    paths = [path for path in found_files(files, context, extract) if path.name != not_a_page]
    for path in paths:
        try:
            content = checked_items(read_json(path), items_of, place(path))
        except SourceError as error:
            extract.broken.append(Broken("mentions", "broken_json", str(error), place(path)))
        else:
            yield place(path), content
    if len(extract.broken) == len(paths):
        reason = extract.broken[0].message if paths else "файлов нет; проверьте выгрузку"
        raise SourceError(f"ни одна страница не прочитана; первая из них — {reason}")


def checked_items(page: Any, items_of: Callable[[Any], Any], origin: str) -> list[Any]:
    """Items of a page.

    Raises:
        SourceError: it is no page of the source.
    """
    items = items_of(page) if isinstance(page, dict) else None
    if not isinstance(items, list):
        raise SourceError(f"{origin}: нет списка записей; это не страница источника, проверьте выгрузку или адрес")
    return items


def branches_of(pattern: str | None, context: Context, extract: Extract) -> dict[str, str]:
    """What a source calls a branch → code of the centre.

    Raises:
        SourceError: the file is missing or holds anything else.
    """
    if not pattern:
        return {}
    path = found_files(pattern, context, extract)[0]
    branches = read_json(path)
    if not isinstance(branches, dict) or not all(isinstance(office, str) for office in branches.values()):
        raise SourceError(f"{place(path)}: нужен объект JSON «номер филиала: код центра»; исправьте файл")
    return branches


def addresses(url: str, branches: dict[str, str], context: Context) -> list[str]:
    """The first page of each branch, where an address has a place for it.

    Raises:
        SourceError: no branches to put there.
    """
    filled = context.path(url)
    if "{branch}" not in filled:
        return [filled]
    if not branches:
        raise SourceError("в адресе стоит {branch}, а филиалов нет; укажите файл branches в описании региона")
    return [filled.replace("{branch}", branch) for branch in sorted(branches)]
