"""VK: posts and comments; the centre is the one whose hashtag they carry, or whose wall they stand on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ingestion.extract import Context, Extract, SourceError
from ingestion.http import BusyError, server
from ingestion.sources.mentions.pages import Page, branches_of, saved_pages
from ingestion.sources.mentions.rows import (
    Row,
    WrongShapeError,
    add_replies,
    land_rows,
    once,
    person_key,
    problem_of,
    rows_of,
    text_of,
    unix_moment_of,
)
from ingestion.sources.mentions.vk_api import Api, items_of, with_threads
from ingestion.sources.mentions.vk_errors import check_answer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ingestion.sources.mentions.config import Vk

_ADDRESS = "https://api.vk.com/method/"


def extract(context: Context) -> Extract:
    """Posts and comments of VK for a week."""
    config = context.region.sources.vk
    assert config is not None
    extract = Extract()
    branches = branches_of(config.branches, context, extract)
    is_read = bool(config.url or config.walls or config.search)
    if is_read:
        found = _answers(config, context, extract)
    elif config.files:
        saved = saved_pages(config.files, config.branches, context, extract, _saved_items)
        found = ((origin, with_threads(items)) for origin, items in saved)
    else:
        raise SourceError("в описании региона нет ни files, ни url; укажите одно из них")
    rows = rows_of(found, lambda item: _row(item, config, context, branches), extract)
    rows = once(rows) if is_read else rows  # a search finds what stands on a wall, and two searches the same
    add_replies(rows)
    return land_rows(context, extract, "vk", rows, None if is_read else config.files)


def _answers(config: Vk, context: Context, extract: Extract) -> Iterable[Page]:
    token = context.secret(config.token) if config.token else None
    address = context.path(config.url or _ADDRESS)
    is_api = bool(config.walls or config.search)
    with server(f"{address.rstrip('/')}/" if is_api else address, extract.inputs) as source:
        api = Api(source, config, context, token)
        return [*api.walls(), *api.searches()] if is_api else api.first_page_on()


def _saved_items(page: Any) -> Any:
    try:
        check_answer(page)
    except BusyError as error:
        raise SourceError(f"{error}; сохраните страницу заново") from None
    return items_of(page)


def _native_id(item: Row, config: Vk, context: Context) -> str | None:
    """``<owner>_<number>``; where the owner is a person, a pseudonym stands for the number of that person."""
    owner, number = text_of(item.get("owner_id")), text_of(item.get("id"))
    if not owner or not number:
        return None
    return f"{owner if _is_public(item, config) else person_key(context, owner)}_{number}"


def _is_public(item: Row, config: Vk) -> bool:
    """Whether an item stands on the wall of a community or of the service, not of a person."""
    owner = item.get("owner_id")
    return isinstance(owner, int) and (owner < 0 or owner in config.own_ids)


def _original(post: Row, config: Vk, context: Context) -> str | None:
    copied = post.get("copy_history") or []
    if not isinstance(copied, list) or not all(isinstance(original, dict) for original in copied):
        raise WrongShapeError
    return _native_id(copied[0], config, context) if copied else None


def _answered(comment: Row) -> Any:
    """The number of the comment, or of the post, that a comment answers."""
    parents = comment.get("parents_stack")
    above = parents[-1] if isinstance(parents, list) and parents else comment.get("post_id")
    return comment.get("reply_to_comment") or above


def _row(item: Row, config: Vk, context: Context, branches: dict[str, str]) -> Row:
    native, original = _native_id(item, config, context), _original(item, config, context)
    is_comment = item.get("post_type") == "reply" or ("post_id" in item and "post_type" not in item)
    under = {**item, "id": _answered(item) if is_comment else None}
    edited = unix_moment_of(item.get("edited"))
    row = {
        "id": native,
        "office_id": branches.get(text_of(item.get("owner_id")) or ""),
        "kind": "comment" if is_comment else "post",
        # what a reader offered to a community is published by it and signed by the reader
        "author": text_of(item.get("signer_id") or item.get("from_id")),
        "published_at": unix_moment_of(item.get("date")),
        "edited_at": edited,
        "text": text_of(item.get("text")),
        "url": _url(item, is_comment=is_comment) if _is_public(item, config) else None,
        "is_own": any(item.get(name) in config.own_ids for name in ("from_id", "signer_id")),
        "is_hidden": item.get("deleted") is True or item.get("is_deleted") is True,
        "repost_of": f"vk:{original}" if original else None,
        "answers": _native_id(under, config, context),
    }
    return {**row, "problem": problem_of([(item.get("edited"), edited)])}


def _url(item: Row, *, is_comment: bool) -> str:
    place = f"https://vk.com/wall{text_of(item.get('owner_id'))}_"
    number = text_of(item.get("id"))
    return f"{place}{text_of(item.get('post_id'))}?reply={number}" if is_comment else f"{place}{number}"
