"""From when to when an entry of the methodology holds, and what two entries of one thing may not do."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from typing import TYPE_CHECKING, Self, TypeVar

from pydantic import model_validator

from ingestion.methodology.reading import Strict, wrong

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping, Sequence

T = TypeVar("T")
_MONDAY, _SUNDAY = 0, 6


class Validity(Strict):
    """What holds from a day to a day, both included; without ``valid_to`` until further notice."""

    valid_from: dt.date
    valid_to: dt.date | None = None

    def holds_on(self, day: dt.date) -> bool:
        """Whether it holds on a day."""
        return self.valid_from <= day <= (self.valid_to or dt.date.max)

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Self:
        if self.valid_to and self.valid_to < self.valid_from:
            raise wrong(f"нужна дата не раньше valid_from ({self.valid_from})", "valid_to")
        return self

    def covers(self, other: Validity) -> bool:
        """Whether this holds all the time that the other does."""
        ends = (other.valid_to or dt.date.max) <= (self.valid_to or dt.date.max)
        return ends and self.valid_from <= other.valid_from


class WeeksValidity(Validity):
    """What holds for whole weeks, since metrics are of weeks."""

    @model_validator(mode="after")
    def _are_whole_weeks(self) -> Self:
        if self.valid_from.weekday() != _MONDAY:
            raise wrong("нужен понедельник: действует целыми неделями", "valid_from")
        if self.valid_to and self.valid_to.weekday() != _SUNDAY:
            raise wrong("нужно воскресенье: действует целыми неделями", "valid_to")
        return self


def overlapping(entries: Sequence[Validity]) -> tuple[int, int] | None:
    """Places of two entries that hold on the same day, the later start second; None when there are none."""
    order = sorted(range(len(entries)), key=lambda place: entries[place].valid_from)
    for before, after in pairwise(order):
        if (entries[before].valid_to or dt.date.max) >= entries[after].valid_from:
            return before, after
    return None


def refuse_overlaps(entries: Mapping[str, T], what: Callable[[T], Hashable], field: str) -> None:
    """Raise when two entries of one thing hold on the same day.

    Args:
        entries: by the id under which they stand in the file; each a :class:`Validity`.
        what: of what an entry is.
        field: in which field of the document the entries stand.
    """
    of_thing: dict[Hashable, list[str]] = {}
    for name, entry in entries.items():
        of_thing.setdefault(what(entry), []).append(name)
    for names in of_thing.values():
        if found := overlapping([entries[name] for name in names]):  # type: ignore[misc]
            before, after = (names[place] for place in found)
            raise wrong(f"срок пересекается с «{before}»; закройте тот (valid_to) до этого", field, after, "valid_from")


def refuse_same_version(entries: Mapping[str, T], what: Callable[[T], Hashable], field: str) -> None:
    """Raise when one version of a thing stands twice, as when it was changed without a new version.

    Args:
        entries: by the id under which they stand in the file; each has a ``version``.
        what: of what an entry is.
        field: in which field of the document the entries stand.
    """
    seen: dict[Hashable, str] = {}
    for name, entry in entries.items():
        key = (what(entry), entry.version)  # type: ignore[attr-defined]
        if key in seen:
            raise wrong(f"версия уже стоит в «{seen[key]}»; изменённому нужна новая версия", field, name, "version")
        seen[key] = name
