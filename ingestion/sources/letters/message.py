"""One letter: what its headers say, and what its author wrote, without what he quotes and signs with."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.errors import MessageError
from email.header import decode_header
from email.parser import BytesHeaderParser
from email.utils import getaddresses, parsedate_to_datetime
from typing import TYPE_CHECKING

from ingestion.markup import text_of_html

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from email.message import Message

MAX_HEADERS = 256 * 1024
_LONGEST_HEADER = 2000  # of those that tell the form of a part
MAX_TEXT = 100_000  # characters: what a person writes is shorter
# what the parser of the standard library raises for hostile input, beside its own errors
UNREADABLE: tuple[type[Exception], ...] = (
    *(MessageError, ValueError, LookupError, AttributeError, TypeError, RecursionError, AssertionError, OSError),
)
_ID = re.compile(r"<([^<>\s]{1,500})>")
_RECIPIENTS = ("delivered-to", "x-original-to", "envelope-to", "to", "cc")
_DAEMONS = ("mailer-daemon", "postmaster", "noreply-dmarc")
_REPLY = re.compile(r"^(?:(?:re|fwd?|отв|ответ|на|пересл)(?:\[\d+\])?\s*:\s*)+", re.IGNORECASE)
# lines have no spaces around and are not empty when these look at them: a text of spaces alone would take them hours
_QUOTE_BEGINS = re.compile(
    r"^(?:[^\n]{0,200}(?:пишет|писала?|написала?|писал\(а\)|wrote)[ ]?:$"
    r"|-{2,20}[ ]?(?:original message|forwarded message|исходное сообщение|пересылаемое сообщение"
    r"|пересланное сообщение)"
    r"|_{10}"
    r"|(?:от|from)[ ]?:[^\n]{0,200}\n(?:[^\n]{0,200}\n)?(?:отправлено|дата|кому|тема|sent|date|to|subject)[ ]?:)",
    re.IGNORECASE | re.MULTILINE,
)
_SIGNATURE_BEGINS = re.compile(
    r"^(?:--$|отправлено (?:из|с) |sent from my |с уважением\b|с ув\.)", re.IGNORECASE | re.MULTILINE
)
_LONGEST_SIGNATURE = 600  # characters after «С уважением»: more is the letter itself
_QUOTED_BLOCK = re.compile(
    r"<blockquote\b|<div[^<>]{0,200}(?:gmail_quote|appendonsend|yahoo_quoted|divRplyFwdMsg)", re.IGNORECASE
)


@dataclass(frozen=True)
class Head:
    """What the headers of a letter say; ``id`` is null where it has none, ``sent_at`` (UTC) where it cannot be read."""

    id: str | None
    sent_at: datetime | None
    sender: str
    recipients: list[str]
    answers: list[str]
    subject: str
    is_automatic: bool


def head_of(content: bytes) -> Head:
    """Read the headers.

    Args:
        content: of the letter, or its beginning.
    """
    message = BytesHeaderParser(policy=policy.compat32).parsebytes(content)
    headers: dict[str, list[str]] = {}
    for name, value in message.raw_items():
        headers.setdefault(name.lower(), []).append(header_text(str(value)))

    def first(name: str) -> str:
        return headers.get(name, [""])[0]

    sender = next(iter(_addresses([first("from") or first("sender")])), "")
    found = _ID.search(first("message-id"))
    return Head(
        id=found[1] if found else None,
        sent_at=_moment(first("date")),
        sender=sender,
        recipients=_addresses([value for name in _RECIPIENTS for value in headers.get(name, [])]),
        answers=[*_ID.findall(first("in-reply-to")), *reversed(_ID.findall(first("references")[-20_000:]))],
        subject=_REPLY.sub("", " ".join(first("subject").split())),
        is_automatic=_is_automatic(first, sender),
    )


def _is_automatic(first: Callable[[str], str], sender: str) -> bool:
    """Whether no person wrote it: an answer of a machine, a bounce, a mailing."""
    return (
        first("auto-submitted").lower().split(";")[0].strip() not in ("", "no")
        or first("precedence").lower().strip() in ("auto_reply", "bulk", "junk", "list")
        or bool(first("x-autoreply") or first("x-autorespond") or first("list-unsubscribe"))
        or first("return-path").strip() == "<>"
        or "multipart/report" in first("content-type").lower()
        or sender.partition("@")[0] in _DAEMONS
    )


def _addresses(values: list[str]) -> list[str]:
    return [address.lower() for _, address in getaddresses([value[:20_000] for value in values]) if "@" in address]


def _moment(text: str) -> datetime | None:
    """UTC of a date; one that says no zone is UTC by the standard of letters."""
    try:
        moment = parsedate_to_datetime(text)
        return (moment if moment.tzinfo is None else moment.astimezone(UTC)).replace(tzinfo=None)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def header_text(raw: str) -> str:
    """A header as text: encoded words, and bytes that stand there against the standard."""
    try:
        pieces = decode_header(raw.encode("ascii", errors="surrogateescape").decode("latin-1")) if "=?" in raw else None
    except UNREADABLE:
        pieces = None
    if pieces is None:
        return of_unknown_encoding(raw.encode("utf-8", errors="surrogateescape"))
    return "".join(
        piece if isinstance(piece, str) and charset is None and piece.isascii() else _decoded_word(piece, charset)
        for piece, charset in pieces
    )


def _decoded_word(piece: bytes | str, charset: str | None) -> str:
    content = piece.encode("latin-1", errors="replace") if isinstance(piece, str) else piece
    try:
        return content.decode(charset or "ascii")
    except (LookupError, UnicodeError):
        return of_unknown_encoding(content)


def of_unknown_encoding(content: bytes) -> str:
    """Text in UTF-8, windows-1251 or koi8-r: the last two write small letters where the other has capitals."""
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        texts = [content.decode(name, errors="replace") for name in ("windows-1251", "koi8-r")]
        return max(texts, key=lambda text: sum(letter.islower() for letter in text[:20_000]))


def text_of(content: bytes) -> str:
    """What the author wrote: the plain text rather than the formatted one, without quoted letters and signature."""
    # not the newer policy of the library: its parser of headers takes seconds for a kilobyte of semicolons
    message = message_from_bytes(content, policy=policy.compat32)
    bodies = list(_bodies(message))
    kinds = [body.get_content_subtype() for body in bodies]
    if "plain" in kinds:
        text = _content(bodies[kinds.index("plain")])
    elif "html" in kinds:
        shown = _content(bodies[kinds.index("html")])
        own = shown[: found.start()] if (found := _QUOTED_BLOCK.search(shown)) else shown
        text = text_of_html(own) or text_of_html(shown)
    else:
        return ""
    return without_history(text.replace("\r\n", "\n")[:MAX_TEXT])


def _bodies(message: Message) -> Iterator[Message]:
    """Parts that are text of the letter itself: no attachments, no letters inside of it."""
    left = [message]
    while left:
        part = left.pop()
        kind = part.get_content_maintype() if len(str(part.get("content-type", ""))) <= _LONGEST_HEADER else ""
        if kind == "multipart" and part.is_multipart():
            left += reversed(part.get_payload())  # type: ignore[arg-type]
        elif kind == "text" and not str(part.get("content-disposition", "")).lower().startswith("attachment"):
            yield part


def _content(body: Message) -> str:
    """Text of a part in the encoding that it names, if that is true."""
    content = body.get_payload(decode=True)
    if not isinstance(content, bytes):
        return ""
    try:
        return content.decode(str(body.get_content_charset("utf-8")))
    except (LookupError, UnicodeError):
        return of_unknown_encoding(content)


def without_history(text: str) -> str:
    """A text up to the first sign of a quoted letter or of a signature; all of it where nothing stands before."""
    lines = [line for line in (" ".join(line.split()) for line in text.split("\n")) if line]
    own = "\n".join(line for line in lines if not line.startswith(">"))
    if found := _QUOTE_BEGINS.search(own):
        own = own[: found.start()]
    for found in _SIGNATURE_BEGINS.finditer(own):
        if len(own) - found.end() <= _LONGEST_SIGNATURE:
            own = own[: found.start()]
            break
    return own.strip() or "\n".join(lines)
