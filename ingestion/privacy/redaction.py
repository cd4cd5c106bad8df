"""Redaction: a text loses what identifies people and keeps what it says about the service."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from ingestion.privacy.names import redact_names
from ingestion.privacy.numbers import MANY_DIGITS, NAMED_PHONE, local_number, redact_named_phones, redact_numbers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_DIGIT = "[0-9]"
_MONTH = r"(?:янв|фев|мар|апр|ма[йя]|июн|июл|авг|сен|окт|ноя|дек)[а-я]*"
_DATE = rf"(?:\d{{1,2}}[./-]\d{{1,2}}[./-]\d{{2,4}}|\d{{1,2}}\s+{_MONTH}\s+\d{{4}}|(?:19|20)\d{{2}})"
_BORN = r"(?:дат[аыеу]\s+рождения|д\.?\s?р\.|родил(?:ся|ась)|рожд[её]н(?:а|ный|ная)?)"
_YEAR_OF_BIRTH = r"(?:г(?:од[ау]?)?\.?\s*(?:рожд(?:ения|\.)|р\.))"
_PLATE = "[авекмнорстухabekmhopctyx]"
# what a text must hold for a shape to be looked for (a word boundary makes the engine of polars slow, so that it stands
# in the shapes alone), the shape (the engine has no look-ahead), its mark
_SHAPES = (
    ("@", r"[\p{L}\p{N}._%+\-]+@[\p{L}\p{N}\-]+(?:\.[\p{L}\p{N}\-]+)+", "[ПОЧТА]"),
    (r"\[id", r"\[id\d+\|[^\]]*\]", "[ИМЯ]"),  # VK's link to a person: the number and the name
    (_DIGIT, rf"(?i)({_BORN}[\s:—–-]{{0,4}}(?:в\s+)?){_DATE}(?:\s*г(?:ода?|\.)?\b)?", "${1}[ДАТА РОЖДЕНИЯ]"),
    (rf"(?i)[\d.а-я]\s*{_YEAR_OF_BIRTH}", rf"(?i)\b{_DATE}\s*{_YEAR_OF_BIRTH}", "[ДАТА РОЖДЕНИЯ]"),
    (
        rf"(?i)\d{{3}}\s?{_PLATE}{{2}}\s?\d{{2}}",
        rf"(?i)\b{_PLATE}\s?\d{{3}}\s?{_PLATE}{{2}}\s?\d{{2,3}}\b",
        "[НОМЕР МАШИНЫ]",
    ),
    ("@", r"(^|[\s(,;:])@[A-Za-z][A-Za-z0-9_.]{4,}", "${1}[ПРОФИЛЬ]"),
)
_PROFILE_HOSTS = r"(?:vk\.com|vk\.ru|ok\.ru|t\.me|telegram\.me|instagram\.com|facebook\.com|wa\.me|tiktok\.com)"
_PROFILE = re.compile(rf"(?i)(?:https?://)?(?:www\.|m\.)?{_PROFILE_HOSTS}/[^\s<>\"'()]+")
# what stands under these paths is a place where many write, not a person
_NO_PROFILE = re.compile(r"(?i)/(?:club|public|event|group/|wall-|topic-|album-|video-|s/|joinchat/)|t\.me/[^/]+/\d+")
_STREET = (
    r"(?:ул\.|улиц[аеуы]|пр\.|пр-к?т|просп\.|проспект[еау]?|пер\.|переул(?:ок|ке|ка)|мкр\.?|мкрн\.?|микрорайон[еа]?|"
    r"б-р|бульвар[еау]?|ш\.|шоссе|пл\.|площад[ьи]|наб\.|набережн(?:ая|ой|ую)|проезд[еау]?|тракт[еау]?|квартал[еау]?|"
    r"(?:ул|пер|просп)(?=\s)|(?-i:(?:ул|пер|просп)(?=[А-ЯЁ])))"  # «перерыв 30 минут» is no lane
)
_HOUSE = (
    r"(?:д(?:ом)?\.?\s*)?№?\s*\d{1,4}\s?(?:/\s?\d{1,3}|[а-яё](?![а-яё]))?"
    r"(?:[\s,]+(?:к|корп|корпус|стр|строение)\.?\s*\d{1,3})?"
    r"(?:(?:[\s,]+(?:кв|квартира|оф|офис|комн|комната)\.?\s*|\s?-\s?)\d{1,4})?"
)
_ADDRESS = re.compile(
    rf"(?i)(?<!\w){_STREET}\s*(?:\d{{1,3}}[\s-]?(?:лет|[а-я]{{1,2}})\s+)?[А-ЯЁа-яё.-]+(?:\s+[А-ЯЁа-яё-]+){{0,2}}?[\s,]+{_HOUSE}"
    r"|(?<!\w)д(?:ом)?\.?\s*\d{1,4}[а-яё]?[\s,]+кв(?:артира)?\.?\s*\d{1,4}"
    r"|(?<=по адресу )[^.!?\n]{2,60}?\d{1,4}(?:[\s,-]+(?:кв\.?\s*)?\d{1,4})?"
)
_MAY_BE_ADDRESS = (
    r"(?i)(?:(?:^|[^\p{L}\p{N}_])(?:улиц|ул[.\s]|пр[.-]|просп|проезд|пер[.\s]|переул|мкр|микр|бул|б-р|ш\.|шос|пл\.|площ|наб|тракт|квартал|"
    r"(?-i:(?:ул|пер)[А-ЯЁ]))|кв\.?\s*\d|квартира|адресу ).{0,60}\d"
)


@dataclass(frozen=True)
class Public:
    """Contacts of organisations, from the register of centres: they stay in texts.

    Attributes:
        phones: local numbers.
        addresses: letters and digits only, in lower case.
    """

    phones: frozenset[str] = frozenset()
    addresses: frozenset[str] = frozenset()

    @classmethod
    def of(cls, phones: Iterable[str | None], addresses: Iterable[str | None]) -> Public:
        """Contacts as a register writes them; a cell may hold several phones."""
        numbers = (number for cell in phones if cell for number in re.split(r"[;,\n]", cell))
        return cls(
            frozenset(local_number(number) for number in numbers) - {""},
            frozenset(_plain(address) for address in addresses if address) - {""},
        )

    def holds(self, address: str) -> bool:
        """Whether an address of a text is part of one that is public."""
        plain = _plain(address)
        return any(plain in known for known in self.addresses)


NOBODY = Public()


def _plain(address: str) -> str:
    words = re.sub(r"(?i)(?<!\w)(?:ул|улица|улице|д|дом|г|город|просп|проспект|пр-т|пр|пер)\.?(?!\w)", "", address)
    return re.sub(r"[\W_]", "", words.lower().replace("ё", "е"))


def redact_identifiers(texts: pl.Series, public: Public = NOBODY) -> pl.Series:
    """Replace everything but names: for columns that hold names of things, which may look like those of people.

    Args:
        texts: any texts; null stays null.
        public: contacts of organisations, which stay.
    """
    marked = texts.cast(pl.String)
    has = {need: marked.str.contains(need).fill_null(value=False) for need, _, _ in _SHAPES}
    for need, shape, mark in _SHAPES:
        if has[need].any():
            changed = marked.filter(has[need]).str.replace_all(shape, mark)
            marked = marked.scatter(has[need].arg_true(), changed)

    def address(found: re.Match[str]) -> str:
        return found[0] if public.holds(found[0]) else "[АДРЕС]"

    def profile(found: re.Match[str]) -> str:
        return found[0] if _NO_PROFILE.search(found[0]) else "[ПРОФИЛЬ]"

    marked = _replaced(marked, MANY_DIGITS, lambda text: redact_numbers(text, public.phones))
    marked = _replaced(marked, NAMED_PHONE, lambda text: redact_named_phones(text, public.phones))
    marked = _replaced(marked, _PROFILE_HOSTS, lambda text: _PROFILE.sub(profile, text), needs_digit=False)
    marked = _replaced(marked, _MAY_BE_ADDRESS, lambda text: _ADDRESS.sub(address, text))
    return marked.alias(texts.name)


def _replaced(
    texts: pl.Series, suspicious: str, change: Callable[[str], str], *, needs_digit: bool = True
) -> pl.Series:
    """Texts changed one by one where they look suspicious: few do."""
    suspects = texts.str.contains(_DIGIT if needs_digit else suspicious).fill_null(value=False)
    if needs_digit:  # the shapes are dear, a digit is cheap to look for
        suspects = suspects.scatter(suspects.arg_true(), texts.filter(suspects).str.contains(suspicious))
    if not suspects.any():
        return texts
    return texts.scatter(suspects.arg_true(), [change(text) for text in texts.filter(suspects).to_list()])


def redact(texts: pl.Series, public: Public = NOBODY) -> pl.Series:
    """Replace what identifies people in free texts by typed marks: ``[ИМЯ]``, ``[ТЕЛЕФОН]``, ``[АДРЕС]`` and others.

    Args:
        texts: what people wrote; null stays null, and equal texts are read once.
        public: contacts of organisations, which stay.
    """
    texts = texts.cast(pl.String)
    distinct = texts.drop_nulls().unique(maintain_order=True)
    if distinct.is_empty():
        return texts
    marked = redact_names(redact_identifiers(distinct, public))
    if distinct.len() == texts.len():
        return marked.alias(texts.name)
    return texts.replace_strict(distinct, marked, default=None, return_dtype=pl.String).alias(texts.name)


def redact_text(text: str) -> str:
    """One text; see :func:`redact`."""
    return redact(pl.Series([text]))[0]
