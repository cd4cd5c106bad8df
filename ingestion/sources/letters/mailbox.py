"""Letters of a mailbox: what people wrote to the service, and what it answered."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from ingestion.contract import MOMENT, TEXT
from ingestion.extract import Broken, Context, Extract, SourceError, with_place
from ingestion.privacy import redact_text
from ingestion.quarantine import REASONS
from ingestion.sources.letters.message import MAX_HEADERS, UNREADABLE, Head, head_of, text_of
from ingestion.tables import content_ids
from ingestion.weeks import credible, monday

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ingestion.sources.letters.config import Letters

_MAX_LETTER = 32 * 1024 * 1024
_MAILDIR = ("cur", "new")
_DELIVERED = re.compile(r"^(1\d{9})\.")  # names of a Maildir begin with the second of the delivery
_SCHEMA = {
    **dict.fromkeys(("_id", "office_id", "sender", "subject", "text", "answer_text", "origin", "problem"), TEXT),
    **dict.fromkeys(("entered_at", "answered_at"), MOMENT),
    "is_automatic": pl.Boolean,
}


@dataclass
class _Letter:
    """A file of the mailbox; ``answer`` is the first answer to it."""

    path: Path
    name: str
    head: Head
    answer: _Letter | None = field(default=None)


def extract(context: Context) -> Extract:
    """Read the letters of the week, each with the first answer to it that the mailbox holds."""
    config = context.region.sources.letters
    assert config is not None
    folder = Path(context.path(config.folder))
    if not folder.is_dir():
        raise SourceError(f"нет папки {folder}; проверьте путь в описании региона или выгрузку почты")
    extract = Extract(other_week_is_wrong="{week}" in config.folder)
    letters, own = _sorted_out(_read(folder, context, extract), config)
    _join_answers(letters, own)
    digest = hashlib.sha256()
    rows = [_row(letter, config, context, extract, digest) for letter in letters]
    extract.inputs[redact_text(folder.name)] = digest.hexdigest()
    frame = pl.DataFrame([row for row in rows if row], schema=_SCHEMA)
    frame = with_place(frame.with_columns(credible(pl.col("entered_at", "answered_at"))), context)
    ids = content_ids(frame, ["entered_at", "sender", "subject", "text"], context)
    extract.frames["letters"] = frame.with_columns(
        record_id=pl.lit("letters:") + pl.coalesce(pl.col("_id"), ids),
        client_key=context.pseudonyms.of(frame["sender"]),
        feedback_channel=pl.lit(config.feedback_channel),
        text=pl.concat_str(pl.col("subject", "text").replace("", None), separator="\n", ignore_nulls=True).replace(
            "", None
        ),
        observed_at="entered_at",
        **{name: pl.lit(None, TEXT) for name in ("touchpoint", "touchpoint_code", "reasons", "reason_text")},
    ).drop("sender", "subject")
    return extract


def _files(folder: Path, context: Context) -> Iterator[tuple[str, Path]]:
    """Letters by the part of their name that stays when they are read; those that came before the week are left."""
    first = datetime.combine(monday(context.week) - timedelta(days=2), datetime.min.time()).timestamp()
    for path in folder.rglob("*"):
        in_maildir = path.parent.name in _MAILDIR
        if not (in_maildir or path.suffix.lower() == ".eml") or path.is_symlink() or not path.is_file():
            continue
        delivered = _DELIVERED.match(path.name) if in_maildir else None
        if delivered is None or int(delivered[1]) >= first:
            yield path.name.partition(":")[0], path


def _read(folder: Path, context: Context, extract: Extract) -> Iterator[_Letter]:
    """Headers of every letter, those without readable ones set aside."""
    for name, path in sorted(_files(folder, context)):
        try:
            with path.open("rb") as file:
                head = head_of(file.read(MAX_HEADERS))
            if path.stat().st_size > _MAX_LETTER or not (head.sender or head.id or head.sent_at):
                raise ValueError(name)
        except UNREADABLE:
            _set_aside(_origin(folder, name), extract)
            continue
        yield _Letter(path, _origin(folder, name), head)


def _origin(folder: Path, name: str) -> str:
    return redact_text(" ".join(f"{folder.name}/{name}".split()))


def _set_aside(origin: str, extract: Extract) -> None:
    extract.broken.append(Broken("letters", "wrong_shape", f"{origin}: {REASONS['wrong_shape']}", origin))


def _sorted_out(found: Iterator[_Letter], config: Letters) -> tuple[list[_Letter], list[_Letter]]:
    """Letters of people and of the service; one that lies in two folders is one letter."""
    known: set[str] = set()
    letters: list[_Letter] = []
    own: list[_Letter] = []
    for letter in found:
        if letter.head.id is not None:
            if letter.head.id in known:
                continue
            known.add(letter.head.id)
        (own if config.is_own(letter.head.sender) else letters).append(letter)
    return letters, own


def _join_answers(letters: list[_Letter], own: list[_Letter]) -> None:
    """Tie each answer to the letter that it names; the first one that a person sent is the answer."""
    by_id = {letter.head.id: letter for letter in letters if letter.head.id}
    dated = [answer for answer in own if answer.head.sent_at and not answer.head.is_automatic]
    for answer in sorted(dated, key=lambda each: (each.head.sent_at, each.name)):
        letter = next((by_id[name] for name in answer.head.answers if name in by_id), None)
        if letter is not None and letter.answer is None:
            letter.answer = answer


def _row(letter: _Letter, config: Letters, context: Context, extract: Extract, digest: Any) -> dict[str, Any] | None:
    """The row of a letter; the text of one that cannot be of the week is not read."""
    head, answer = letter.head, letter.answer
    row: dict[str, Any] = {
        "_id": head.id,
        "office_id": next((config.offices[each] for each in head.recipients if each in config.offices), None),
        "sender": head.sender or None,
        "subject": head.subject,
        "origin": letter.name,
        "entered_at": head.sent_at,
        "is_automatic": head.is_automatic,
    }
    if not _may_be_of_the_week(head.sent_at, context):
        return row
    try:
        row["text"] = _text(letter, digest)
        if answer is not None:
            row |= {"answered_at": answer.head.sent_at, "answer_text": _text(answer, digest)}
    except UNREADABLE:
        _set_aside(letter.name, extract)
        return None
    return row


def _text(letter: _Letter, digest: Any) -> str | None:
    content = letter.path.read_bytes()
    digest.update(letter.name.encode() + hashlib.sha256(content).digest())
    return text_of(content) or None


def _may_be_of_the_week(moment: datetime | None, context: Context) -> bool:
    start = datetime.combine(monday(context.week), datetime.min.time())
    return moment is None or start - timedelta(days=1) <= moment < start + timedelta(days=8)
