"""VK over HTTP: walls, the comments under their posts, and searches, by the methods of its API."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from ingestion.sources.mentions.pages import Listing, Page, week_end, week_start
from ingestion.sources.mentions.rows import Row, part_of, unix_moment_of
from ingestion.sources.mentions.vk_errors import ClosedError, check_answer

if TYPE_CHECKING:
    from ingestion.extract import Context
    from ingestion.http import Server
    from ingestion.sources.mentions.config import Vk

_VERSION = "5.199"
_PAGE, _SEARCH_PAGE, _THREAD = 100, 200, 10  # the most that VK gives
_FOUND_AT_MOST = 1000  # what one search gives, however much it finds
_SHORTEST_SEARCH_SECONDS = 60


def items_of(page: Any) -> Any:
    """Posts or comments of a page."""
    return part_of(page, "response").get("items")


def _moment(item: Row) -> datetime | None:
    return unix_moment_of(item.get("date"))


def _key(item: Row) -> str | None:
    owner, number = item.get("owner_id"), item.get("id")
    return f"{owner}_{number}" if owner and number else None


def _following(page: Any, read: int) -> Any:
    """Where the next page begins: VK names it in some answers, and only counts in others."""
    response = part_of(page, "response")
    if response.get("next_from") or not response.get("items"):
        return response.get("next_from")
    count = response.get("current_level_count", response.get("count"))
    return read if isinstance(count, int) and read < count else None


def _total(page: Any) -> Any:
    response = part_of(page, "response")
    return None if response.get("next_from") else response.get("current_level_count", response.get("count"))


class Api:
    """The answers of VK for a week.

    Args:
        source: the server.
        token: goes with every request.
    """

    def __init__(self, source: Server, config: Vk, context: Context, token: str | None) -> None:
        self._source, self._config = source, config
        self._access = {"access_token": token} if token else {}
        self._start, self._end = week_start(context), week_end(context)
        # posts that old may have new comments
        self._oldest = self._start - timedelta(days=config.comments_days if config.walls else 0)
        self._posts = self._listing(self._oldest)
        self._comments = self._listing(None)

    def first_page_on(self) -> list[Page]:
        """Pages of the address itself, whatever its method; comments come oldest first."""
        are_comments = self._source.address("").path.endswith("wall.getComments")
        pages = self._read(self._comments if are_comments else self._posts, "", {})
        return [(origin, with_threads(items)) for origin, items in pages]

    def walls(self) -> list[Page]:
        """Posts of the walls, and the comments under those that are new enough."""
        pages: list[Page] = []
        for owner in self._config.walls:
            posts = self._read(self._posts, "wall.get", {"owner_id": owner, "count": _PAGE})
            pages += posts
            if self._config.comments_days:
                for post in [post for _, items in posts for post in items if self._may_have_comments(post)]:
                    pages += self._comments_under(owner, post["id"])
        return pages

    def searches(self) -> list[Page]:
        """Posts of all VK that the queries find in the week."""
        start, end = (int(moment.replace(tzinfo=UTC).timestamp()) for moment in (self._start, self._end))
        return [page for query in self._config.search for page in self._search(query, start, end)]

    def _search(self, query: str, start: int, end: int) -> list[Page]:
        """What a query finds from one second to another, in halves where it finds more than VK gives."""
        asked = {"q": query, "count": _SEARCH_PAGE, "start_time": start, "end_time": end}
        first = self._ask("newsfeed.search", asked)
        total = part_of(first, "response").get("total_count")
        if isinstance(total, int) and total > _FOUND_AT_MOST and end - start > _SHORTEST_SEARCH_SECONDS:
            middle = (start + end) // 2
            return self._search(query, start, middle) + self._search(query, middle, end)

        def ask(cursor: Any) -> Any:
            return first if cursor is None else self._ask("newsfeed.search", {**asked, "start_from": cursor})

        return self._posts.read(ask, lambda page, _read: part_of(page, "response").get("next_from"))

    def _listing(self, since: datetime | None) -> Listing:
        return Listing(self._source, items_of, _key, _moment, since)

    def _may_have_comments(self, post: Any) -> bool:
        if not isinstance(post, dict) or not isinstance(post.get("id"), int):
            return False
        published, comments = _moment(post), post.get("comments")
        is_none = isinstance(comments, dict) and comments.get("count") == 0
        return published is not None and self._oldest <= published < self._end and not is_none

    def _comments_under(self, owner: int, post: int) -> list[Page]:
        asked = {"owner_id": owner, "post_id": post, "count": _PAGE, "sort": "asc", "preview_length": 0}
        try:
            pages = self._read(self._comments, "wall.getComments", {**asked, "thread_items_count": _THREAD})
        except ClosedError:  # comments that nobody may see are no mentions
            return []
        found: list[Page] = []
        for origin, items in pages:
            longer = [item for item in items if _has_a_longer_thread(item)]
            whole = [{**item, "thread": None} if item in longer else item for item in items]
            found.append((origin, with_threads(whole)))
            for comment in longer:
                found += self._read(self._comments, "wall.getComments", {**asked, "comment_id": comment["id"]})
        return [(origin, [_placed(item, owner, post) for item in items]) for origin, items in found]

    def _read(self, listing: Listing, method: str, params: dict[str, Any]) -> list[Page]:
        def ask(cursor: Any) -> Any:
            place = {} if cursor is None else {"offset" if isinstance(cursor, int) else "start_from": cursor}
            return self._ask(method, {**params, **place})

        return listing.read(ask, _following, _total)

    def _ask(self, method: str, params: dict[str, Any]) -> Any:
        version = {"v": _VERSION} if method else {}
        return self._source.get(method, {**params, **self._access, **version}, check_answer)


def with_threads(items: list[Any]) -> list[Any]:
    """Comments, each followed by the thread under it."""
    found: list[Any] = []
    for item in items:
        found.append(item)
        thread = item.get("thread") if isinstance(item, dict) else None
        answers = thread.get("items") if isinstance(thread, dict) else None
        found += answers if isinstance(answers, list) else []
    return found


def _has_a_longer_thread(comment: Any) -> bool:
    thread = comment.get("thread") if isinstance(comment, dict) else None
    if not isinstance(thread, dict) or not isinstance(comment.get("id"), int):
        return False
    count, items = thread.get("count"), thread.get("items")
    return isinstance(count, int) and count > (len(items) if isinstance(items, list) else 0)


def _placed(comment: Any, owner: int, post: int) -> Any:
    """A comment that says where it stands: older answers of VK leave it to the question."""
    return {"owner_id": owner, "post_id": post, **comment} if isinstance(comment, dict) else comment
