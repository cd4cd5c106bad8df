"""Production calendars: which days are working, and which of them end an hour earlier.

The federal one comes from the library ``holidays``; files of ``methodology/calendars/`` say what it does not know, and
what regions have of their own. What does not belong here: hours of centres, which their schedules hold.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

import holidays
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from ingestion.errors import IngestionError

if TYPE_CHECKING:
    from collections.abc import Mapping

FEDERAL = "federal"
_DAY = timedelta(days=1)
_HOUR = 60  # minutes: article 95 of the Labour Code
_SATURDAY = 6
_JANUARY = 1
_MOVED = re.compile(r"\(перенесено с (\d{2})\.(\d{2})\.(\d{4})\)")
_OBSERVED = "(выходной)"
_REASONS = {
    "missing": "не указано",
    "extra_forbidden": "такого поля нет; разрешены years и days, у дня — kind, act, instead_of",
    "literal_error": "разрешено: holiday, off, working, shortened",
    "string_type": "нужен текст: источник, например номер постановления",
    "model_type": "нужен список полей; разрешены kind, act, instead_of",
    "dict_type": "нужен список со значениями",
    "int_parsing": "нужен год, например 2028",
}
_NO_DATE = "нужна дата вида 2028-02-22"

CalendarRow = tuple[str, date, str, int, int, bool]  # in the order of reference_contract.REFERENCE["calendar_days"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Change(_Strict):
    kind: Literal["holiday", "off", "working", "shortened"]
    act: str
    instead_of: date | None = None

    @field_validator("kind", mode="before")
    @classmethod
    def _off_is_a_word(cls, value: Any) -> Any:
        return "off" if value is False else value  # YAML reads the bare word as false


class _File(_Strict):
    years: dict[int, str] = Field(default_factory=dict)
    days: dict[date, _Change] = Field(default_factory=dict)

    @field_validator("days", mode="before")
    @classmethod
    def _written_days(cls, value: Any) -> Any:
        return {str(day): change for day, change in value.items()} if isinstance(value, dict) else value


@dataclass(frozen=True)
class _Calendar:
    """What is known of the days of a region; a weekend that is in none of the sets is a weekend.

    Attributes:
        holidays: public holidays: the working day before each is an hour shorter.
        moved: other days off: moved from weekends, or added by data.
        stands_for: working weekends, each with the day off whose hours it has.
        said: kinds that data gives, whatever the rules say.
        official: years whose calendar is published.
    """

    holidays: frozenset[date] = frozenset()
    moved: frozenset[date] = frozenset()
    stands_for: Mapping[date, date] = field(default_factory=dict)
    said: Mapping[date, str] = field(default_factory=dict)
    official: frozenset[int] = frozenset()

    def row(self, code: str, day: date) -> CalendarRow:
        """The landed row of a day."""
        kind, earlier = self._kind(day)
        weekday = self.stands_for.get(day, day).isoweekday()
        return code, day, kind, weekday, earlier, day.year in self.official

    def _kind(self, day: date) -> tuple[str, int]:
        """Kind of a day, and how many minutes earlier it closes."""
        if said := self.said.get(day):
            return said, _HOUR if said == "shortened" else 0
        if day in self.holidays or day in self.moved:
            return "off", 0
        # a working weekend has the length of the day that it stands for (order № 588н)
        is_eve = day + _DAY in self.holidays or self.stands_for.get(day, day) + _DAY in self.holidays
        if day.isoweekday() >= _SATURDAY and day not in self.stands_for:
            return "weekend", _HOUR if is_eve else 0
        return ("shortened", _HOUR) if is_eve else ("working", 0)

    def changed(self, file: _File, official: frozenset[int]) -> _Calendar:
        """The calendar with the days of a file over it."""
        of_kind = {
            kind: {day for day, change in file.days.items() if change.kind == kind} for kind in ("holiday", "off")
        }
        works = {day: change for day, change in file.days.items() if change.kind in ("working", "shortened")}
        return replace(
            self,
            holidays=(self.holidays | of_kind["holiday"]) - works.keys(),
            moved=(self.moved | of_kind["off"]) - works.keys(),
            stands_for={
                **{day: other for day, other in self.stands_for.items() if day not in file.days},
                **{day: change.instead_of for day, change in works.items() if change.instead_of},
            },
            said={**{day: kind for day, kind in self.said.items() if day not in file.days}}
            | {day: change.kind for day, change in works.items()},
            official=official,
        )


def calendar_rows(files: Mapping[str, tuple[str, Any]], first: date, last: date) -> list[CalendarRow]:
    """Days of the federal calendar and of each region that has its own.

    Args:
        files: by code (``federal``, or a region): the name of the file, for people, and its content.
        first: first day wanted.
        last: last day wanted.

    Raises:
        IngestionError: a file is not written as agreed.
    """
    known = {code: _read(name, content) for code, (name, content) in files.items()}
    of_library = _of_library(first.year, last.year + 1)
    federal = of_library.changed(known[FEDERAL], of_library.official | known[FEDERAL].years.keys())
    calendars = {
        code: federal if code == FEDERAL else federal.changed(file, federal.official & file.years.keys())
        for code, file in known.items()
    }
    days = [first + _DAY * number for number in range((last - first).days + 1)]
    return [calendar.row(code, day) for code, calendar in sorted(calendars.items()) for day in days]


def _read(name: str, content: Any) -> _File:
    try:
        return _File.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"] if part != "[key]")
        reason = _NO_DATE if first["type"].startswith("date") else _REASONS.get(first["type"], "значение не того вида")
        raise IngestionError(f"Календарь {name}: «{place}»: {reason}.") from None


@lru_cache(maxsize=8)
def _of_library(first: int, last: int) -> _Calendar:
    """The calendar of the library for some years; years without a decree are completed by article 112."""
    found = holidays.RU(years=range(first, last + 1), expand=False, language="ru")
    names = {day: found.get_list(day) for day in found}
    public = frozenset(day for day, said in names.items() if any(_is_holiday(name) for name in said))
    moved = frozenset(names) - public
    official = frozenset(day.year for day in moved)
    origins = {
        date(int(year), int(month), int(number)): day
        for day, said in names.items()
        for number, month, year in _MOVED.findall("; ".join(said))
    }
    return _Calendar(
        holidays=public,
        moved=moved | _mondays(public, official),
        stands_for={day: origins.get(day, day) for day in found.weekend_workdays},
        official=official,
    )


def _is_holiday(name: str) -> bool:
    return not _MOVED.search(name) and not name.endswith(_OBSERVED)


def _mondays(public: frozenset[date], official: frozenset[int]) -> set[date]:
    """By article 112 a holiday on a weekend moves to the next working day; those of January move by decree alone."""
    moved: set[date] = set()
    for day in sorted(public):
        if day.year not in official and day.month != _JANUARY and day.isoweekday() >= _SATURDAY:
            later = day + _DAY
            while later.isoweekday() >= _SATURDAY or later in public or later in moved:
                later += _DAY
            moved.add(later)
    return moved
