"""Numbers that identify people: cards, accounts, СНИЛС, ИНН, passports, phones; those with a checksum are checked."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from stdnum import luhn
from stdnum.ru import inn

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

# only texts that hold nine digits near each other, or a phone by its name, are looked at number by number
MANY_DIGITS = r"\d(?:\D{0,12}\d){8}"
NAMED_PHONE = r"(?i)(?:тел|моб|сотов|звон|факс|ватсап|вацап|whatsapp|viber|вайбер)\D{0,60}\d"
_NOT_DIGITS = re.compile(r"\D")
# a boundary is "no other digit", not \b: people write «тел89141234567»
_ACCOUNT = re.compile(r"(?<!\d)[34]\d{4}[ -]?\d{3}[ -]?\d[ -]?\d{4}[ -]?\d{7}(?!\d)")
_CARD = re.compile(r"(?<!\d)[2-6]\d{3}([ -]?)\d{4}\1\d{4}\1\d{1,7}(?!\d)")
_SNILS = re.compile(r"(?<!\d)\d{3}[\s-]?\d{3}[\s-]?\d{3}[\s-]?\d{2}(?!\d)")
_NAMED_SNILS = re.compile(r"(?i)(снилс\D{0,12})\d(?:[\s-]?\d){10}(?!\d)")
_INN = re.compile(r"(?<!\d)(?:\d{12}|\d{10})(?!\d)")
_NAMED_INN = re.compile(r"(?i)(?<!\w)(инн\D{0,12})(?:\d{12}|\d{10})(?!\d)")
_PASSPORT = re.compile(r"(?<![\d-])\d{2}\s?\d{2}(?:\s+|\s*(?:№|номер|N)\s*)\d{6}(?![\d-])")
_NAMED_PASSPORT = re.compile(r"(?i)(паспорт\D{0,20})\d{2}\s?\d{1,2}[\s,]*(?:№|номер|n)?\s*\d{6}(?!\d)")
# ten digits after +7, 7 or 8, with separators anywhere: codes of towns have three to five digits
_PHONE = re.compile(r"(?<!\d)\+?[78](?:(?:[\s\-–—()]{0,3}\d){10}|(?:\.\d{2,3}){4})(?!\d)")
_MOBILE = re.compile(r"(?<![\d.,])\(?9\d{2}\)?[\s-]{1,2}\d{3}[\s-]?\d{2}[\s-]?\d{2}(?!\d)")
_NAMED_PHONE = re.compile(
    r"(?i)((?:тел(?:ефон\w*)?|моб(?:ильн\w*)?|сотов\w*|звон\w+|факс|ватсап\w*|вацап\w*|whatsapp|viber|вайбер\w*)"
    r"(?:\s+(?:по|на|номер\w*|мне|меня|мой|наш)){0,3}[\s.:№–-]{0,4})"
    r"(\(?\d{3,5}\)?[\s-]?\d{2,3}[\s-]\d{2}[\s-]?\d{2}|\d{2,3}-\d{2}-\d{2}|\d{10})(?!\d)"
)


def digits_of(text: str) -> str:
    """The digits of a text."""
    return _NOT_DIGITS.sub("", text)


def is_snils(text: str) -> bool:
    """Whether eleven digits carry the checksum of a СНИЛС."""
    digits = digits_of(text)
    if len(digits) != 11:
        return False
    total = sum(int(digit) * (9 - place) for place, digit in enumerate(digits[:9]))
    return total % 101 % 100 == int(digits[9:])


def local_number(phone: str) -> str:
    """The ten digits of a phone that tell it from others in the country; what has fewer stays as it is."""
    return digits_of(phone)[-10:]


def redact_numbers(text: str, kept_phones: Collection[str] = frozenset()) -> str:
    """Replace numbers of people by marks; phones of organisations stay.

    Args:
        text: any text; one without :data:`MANY_DIGITS` stays as it is.
        kept_phones: local numbers of phones that are public.
    """

    def checked(mark: str, is_right: Callable[[str], bool]) -> Callable[[re.Match[str]], str]:
        return lambda found: mark if is_right(digits_of(found[0])) else found[0]

    phone = _phone(kept_phones)
    # longer and more certain shapes first
    text = _ACCOUNT.sub("[СЧЁТ]", text)
    text = _CARD.sub(checked("[КАРТА]", luhn.is_valid), text)
    text = _NAMED_PASSPORT.sub(r"\1[ПАСПОРТ]", text)
    text = _NAMED_SNILS.sub(r"\1[СНИЛС]", text)
    text = _SNILS.sub(checked("[СНИЛС]", is_snils), text)
    text = _NAMED_INN.sub(r"\1[ИНН]", text)
    text = _INN.sub(checked("[ИНН]", inn.is_valid), text)
    for shape in (_PHONE, _MOBILE, _NAMED_PHONE):
        text = shape.sub(phone, text)
    return _PASSPORT.sub("[ПАСПОРТ]", text)


def redact_named_phones(text: str, kept_phones: Collection[str] = frozenset()) -> str:
    """Replace phones that stand after a word for them, also those of few digits; see :func:`redact_numbers`."""
    return _NAMED_PHONE.sub(_phone(kept_phones), text)


def _phone(kept: Collection[str]) -> Callable[[re.Match[str]], str]:
    def mark(found: re.Match[str]) -> str:
        written = found[found.lastindex or 0]
        return found[0] if local_number(written) in kept else found[0].replace(written, "[ТЕЛЕФОН]")

    return mark
