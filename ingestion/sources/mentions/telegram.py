"""Telegram: messages of groups, channels and personal chats, as Telegram Desktop exports them (``result.json``)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from ingestion.extract import Context, Extract
from ingestion.sources.mentions.pages import branches_of, saved_pages
from ingestion.sources.mentions.rows import (
    Row,
    WrongShapeError,
    add_replies,
    land_rows,
    part_of,
    person_key,
    problem_of,
    rows_of,
    text_of,
    unix_moment_of,
)

if TYPE_CHECKING:
    from ingestion.sources.mentions.config import Telegram

_WITH_A_PERSON = ("personal_chat", "bot_chat")


def extract(context: Context) -> Extract:
    """Messages of Telegram exports; the centre is that of the chat, or the one whose hashtag a message carries."""
    config = context.region.sources.telegram
    assert config is not None
    extract = Extract()
    branches = branches_of(config.branches, context, extract)
    found = saved_pages(config.files, config.branches, context, extract, _messages)
    rows = rows_of(found, lambda message: _row(message, config, context, branches), extract)
    add_replies(rows)
    return land_rows(context, extract, "telegram", rows, config.files, config.words)


def _messages(export: Any) -> Any:
    """Messages of an export, each with its chat: of one chat, or of a whole account."""
    if "messages" in export:
        chats = [export]
    else:
        lists = [part_of(export, name).get("list") for name in ("chats", "left_chats") if name in export]
        if not lists or not all(isinstance(found, list) for found in lists):
            return None
        chats = [chat for found in lists for chat in found or ()]
    if not all(isinstance(chat, dict) and isinstance(chat.get("messages"), list) for chat in chats):
        return None
    return [
        {"message": message, "chat": chat.get("id"), "chat_type": chat.get("type")}
        for chat in chats
        for message in chat["messages"]
    ]


def _row(found: Row, config: Telegram, context: Context, branches: dict[str, str]) -> Row | None:
    message = found["message"]
    if not isinstance(message, dict):
        raise WrongShapeError
    if message.get("type") == "service":  # somebody came, left, or pinned a message: nobody wrote anything
        return None
    published, edited = _moment(message, "date", context), _moment(message, "edited", context)
    return {
        "id": _id(found, message.get("id"), context),
        "office_id": branches.get(text_of(found["chat"]) or ""),
        "kind": "comment" if message.get("reply_to_message_id") else "post",
        "author": text_of(message.get("from_id")),
        "published_at": published,
        "edited_at": edited,
        "text": _text(message.get("text")),
        "is_own": message.get("from_id") in config.own_ids,
        "is_hidden": False,
        "repost_of": _original(message, context),
        "answers": _id(found, message.get("reply_to_message_id"), context),
        "problem": problem_of([(message.get("edited"), edited)]),
    }


def _id(found: Row, number: Any, context: Context) -> str | None:
    """``<chat>_<number>``; a chat with a person has the number of that person, so a pseudonym stands for it."""
    chat, number = text_of(found["chat"]), text_of(number)
    if not chat or not number:
        return None
    return f"{person_key(context, f'user{chat}') if found['chat_type'] in _WITH_A_PERSON else chat}_{number}"


def _moment(message: Row, name: str, context: Context) -> datetime | None:
    """A moment; exports of older versions give it only by the clock of whoever made them."""
    seconds = message.get(f"{name}_unixtime")
    if isinstance(seconds, str) and seconds.isascii() and seconds.isdecimal() and len(seconds) < 12:
        return unix_moment_of(int(seconds))
    try:
        local = datetime.fromisoformat(message.get(name))  # type: ignore[arg-type]
        return local.replace(tzinfo=ZoneInfo(context.region.time_zone)).astimezone(UTC).replace(tzinfo=None)
    except (TypeError, ValueError, OverflowError):
        return None


def _text(written: Any) -> str | None:
    """A text, or its pieces: plain ones, and those that are a link, a name or bold."""
    if not isinstance(written, list):
        return text_of(written) or None
    texts = [text_of(piece.get("text") if isinstance(piece, dict) else piece) for piece in written]
    return "".join(text or "" for text in texts) or None


def _original(message: Row, context: Context) -> str | None:
    """What a message forwards: the export names only whose it was, at times a person."""
    names = ("forwarded_from_id", "forwarded_from")
    if not any(name in message for name in names):
        return None
    whose = next((text_of(message[name]) for name in names if message.get(name)), None)
    return f"telegram:{person_key(context, whose or '')}"
