"""Moments as people write them in tables: the day stands before the month, and nothing is guessed."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import polars as pl

from ingestion.contract import MOMENT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001  day 0 of spreadsheets, a local time
_MONTHS = {
    form: str(number)
    for number, forms in enumerate(
        (
            *("янв январь января", "фев февр февраль февраля", "мар март марта", "апр апрель апреля", "май мая"),
            *("июн июнь июня", "июл июль июля", "авг август августа", "сен сент сентябрь сентября"),
            *("окт октябрь октября", "ноя нояб ноябрь ноября", "дек декабрь декабря"),
        ),
        start=1,
    )
    for form in forms.split()
}
_LONGEST = 60
_MOST_ASKED = 300  # distinct texts for which the slow reader is asked: a column with more is no column of dates
_TIME = r"(?:[\sT,]+(?:в\s+)?(\d{1,2})[:.\-](\d{2})(?:[:.](\d{2})(?:[.,](\d{1,9}))?)?)?"
_YEAR = r"(\d{4}|\d{2})\s*(?:г\.?|года)?"
_NUMBERS = re.compile(rf"(\d{{1,2}})\s?[./\-]\s?(\d{{1,2}})\s?[./\-]\s?{_YEAR},?{_TIME}", re.IGNORECASE)
_WORDS = re.compile(rf"(\d{{1,2}})[\s.\-]+([а-яё]{{3,8}})\.?[\s\-]+{_YEAR},?{_TIME}", re.IGNORECASE)
_YEAR_FIRST = re.compile(rf"(\d{{4}})[./\-](\d{{1,2}})[./\-](\d{{1,2}}){_TIME}")
_ZONED = re.compile(r"\d{4}-\d{2}-\d{2}[T\s]\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,6})?)?\s?(?:Z|[+\-]\d{2}:?\d{2})")
_SERIAL = re.compile(r"\d{5}(?:[.,]\d+)?")
_DIGITS = re.compile(r"\d+")
Parts = tuple[str | None, ...]


def moments(texts: pl.Series) -> pl.DataFrame:
    """What texts say: ``local`` time, or ``utc`` where they name an offset; both null where nothing is sure.

    Each distinct text is read once.
    """
    read = {text: _quick(text) for text in texts.drop_nulls().unique().to_list()}
    left = sorted(text for text, moment in read.items() if moment is None and _may_be_a_date(text))
    read |= {text: _asked(text) for text in left[:_MOST_ASKED]}
    local = {text: moment for text, moment in read.items() if moment and moment.tzinfo is None}
    zoned = {
        text: moment.astimezone(UTC).replace(tzinfo=None) for text, moment in read.items() if moment and moment.tzinfo
    }
    return pl.DataFrame({"local": _replaced(texts, local), "utc": _replaced(texts, zoned)})


def _replaced(texts: pl.Series, read: dict[str, datetime]) -> pl.Series:
    if not read:
        return pl.Series([None] * len(texts), dtype=MOMENT)
    values = pl.Series(list(read.values()), dtype=MOMENT)
    return texts.replace_strict(list(read), values, default=None, return_dtype=MOMENT)


def _quick(text: str) -> datetime | None:
    text = " ".join(text[: _LONGEST + 1].split())
    if len(text) > _LONGEST:
        return None
    readers: Iterable[tuple[re.Pattern[str], Callable[[Parts], datetime | None]]] = (
        (_NUMBERS, lambda found: _made(found[2], found[1], found[0], found[3:])),
        (_YEAR_FIRST, lambda found: _made(found[0], found[1], found[2], found[3:])),
        (_WORDS, lambda found: _made(found[2], _MONTHS.get((found[1] or "").lower()), found[0], found[3:])),
    )
    for pattern, build in readers:
        if match := pattern.fullmatch(text):
            return build(match.groups())
    if _SERIAL.fullmatch(text):
        return _of_serial(float(text.replace(",", ".")))
    return _of_iso(text) if _ZONED.fullmatch(text) else None


def _made(year: str | None, month: str | None, day: str | None, time: Parts) -> datetime | None:
    if not (year and month and day):
        return None
    century = 2000 if len(year) == 2 else 0
    hour, minute, second = (int(part or 0) for part in time[:3])
    try:
        moment = datetime(century + int(year), int(month), int(day), hour, minute, second)  # noqa: DTZ001
        return moment + timedelta(seconds=round(float(f"0.{time[3] or 0}")))  # what spreadsheets compute is 8:59:59.999
    except (ValueError, OverflowError):
        return None


def _of_serial(days: float) -> datetime:
    """Days of a spreadsheet; a half of a second is lost where they were computed."""
    return _EPOCH + timedelta(seconds=round(days * 86400))


def _of_iso(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text.replace(",", ".").replace(" +", "+").replace(" Z", "Z"))
    except ValueError:
        return None


def _may_be_a_date(text: str) -> bool:
    """Whether a month is written as a word: numbers alone in another order would be a guess."""
    return (
        len(text) <= _LONGEST and any(letter.isalpha() for letter in text) and any(letter.isdigit() for letter in text)
    )


def _asked(text: str) -> datetime | None:
    """What ``dateparser`` reads, if every number of the text stands in it: then nothing was guessed or left out."""
    import dateparser

    settings = {
        "DATE_ORDER": "DMY",
        "PREFER_LOCALE_DATE_ORDER": False,
        "REQUIRE_PARTS": ["day", "month", "year"],
        "PARSERS": ["absolute-time"],
        "RETURN_AS_TIMEZONE_AWARE": False,
    }
    moment = dateparser.parse(text, languages=["ru", "en"], settings=settings)  # type: ignore[arg-type]
    if moment is None or moment.tzinfo:
        return None
    written = sorted(int(number) for number in _DIGITS.findall(text))
    times = ([], [moment.hour], [moment.hour, moment.minute], [moment.hour, moment.minute, moment.second])
    return moment if any(written == sorted([moment.day, moment.year, *time]) for time in times) else None
