"""What a system with an API is asked for in a week, and how its answers are noted."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from ingestion.weeks import monday

if TYPE_CHECKING:
    from ingestion.extract import Context, Extract


def days_asked(context: Context) -> tuple[str, str]:
    """First and last day that can belong to the week in some zone."""
    start = monday(context.week)
    return (start - timedelta(days=1)).isoformat(), (start + timedelta(days=7)).isoformat()


def day_of(moment: Any) -> str | None:
    """Day of an ISO moment; None where there is none."""
    day = moment[:10] if isinstance(moment, str) else ""
    plain = day.replace("-", "")
    return day if len(day) == 10 and len(plain) == 8 and plain.isdecimal() and day[4] == day[7] == "-" else None


def is_asked(moment: Any, context: Context) -> bool:
    """Whether a record can belong to the week; one whose moment cannot be read is told in every week."""
    first, last = days_asked(context)
    day = day_of(moment)
    return day is None or first <= day <= last


class Digest:
    """Hash of a long reading, taken piece by piece; keys of access and the order of pages are no part of it."""

    def __init__(self) -> None:
        self._sha256 = hashlib.sha256()

    def add(self, content: Any) -> None:
        """Take in what was read."""
        self._sha256.update(json.dumps(content, ensure_ascii=True, sort_keys=True).encode())

    def note(self, extract: Extract, name: str) -> None:
        """Note what was read as an input."""
        extract.inputs[name] = self._sha256.hexdigest()


def note_input(extract: Extract, name: str, content: list[Any]) -> None:
    """Note what was read at once as an input; see :class:`Digest`."""
    digest = Digest()
    digest.add(content)
    digest.note(extract, name)
