"""Personal data never lands: people become keyed pseudonyms, and texts lose what identifies them."""

from __future__ import annotations

import hmac
import re
from typing import TYPE_CHECKING

import polars as pl

from ingestion.errors import IngestionError

if TYPE_CHECKING:
    from ingestion.settings import Settings

_PUBLIC_KEY = b"invented people of the demo region"
_DIGITS = re.compile(r"\D")

# order matters: longer and more certain shapes first
_EMAIL = r"[\p{L}\p{N}._%+\-]+@[\p{L}\p{N}\-]+(?:\.[\p{L}\p{N}\-]+)+"
_PASSPORT = r"(?i)(паспорт\D{0,20})\d{2}\s?\d{2}[\s,]*(?:№|номер|n)?\s*\d{6}"
_MENTION = r"\[id\d+\|[^\]]*\]"  # VK's link to a person: the number and the name
# a boundary is "no other digit", not \b: people write «тел89141234567»
_SNILS = re.compile(r"(?<!\d)\d{3}[\s-]?\d{3}[\s-]?\d{3}[\s-]?\d{2}(?!\d)")
_INN = re.compile(r"(?<!\d)(?:\d{12}|\d{10})(?!\d)")
# ten digits after +7, 7 or 8, with separators anywhere: codes of towns have three to five digits
_PHONE = re.compile(r"(?<!\d)\+?[78](?:[\s\-–—()]{0,3}\d){10}(?!\d)")
_MANY_DIGITS = r"\d(?:[\s\-–—()]{0,3}\d){9}"
_NOT_OF_AN_ID = r"[\s@+()]"  # characters that ids of systems do not hold, and addresses and phones do


def is_snils(text: str) -> bool:
    """Whether eleven digits carry the checksum of a СНИЛС."""
    digits = _DIGITS.sub("", text)
    if len(digits) != 11:
        return False
    total = sum(int(digit) * (9 - place) for place, digit in enumerate(digits[:9]))
    return total % 101 % 100 == int(digits[9:])


def _control(digits: str, weights: tuple[int, ...]) -> int:
    return sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=False)) % 11 % 10


def is_inn(text: str) -> bool:
    """Whether ten or twelve digits carry the checksum of an ИНН."""
    if len(text) == 10:
        return _control(text, (2, 4, 10, 3, 5, 9, 4, 6, 8)) == int(text[9])
    return (
        len(text) == 12
        and _control(text, (7, 2, 4, 10, 3, 5, 9, 4, 6, 8)) == int(text[10])
        and _control(text, (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)) == int(text[11])
    )


def _redact_checked(text: str) -> str:
    text = _SNILS.sub(lambda found: "[СНИЛС]" if is_snils(found[0]) else found[0], text)
    text = _INN.sub(lambda found: "[ИНН]" if is_inn(found[0]) else found[0], text)
    return _PHONE.sub("[ТЕЛЕФОН]", text)


def redact(text: pl.Series) -> pl.Series:
    """Replace e-mails, passports, phones, links to people, and checked СНИЛС and ИНН by marks.

    Numbers are looked at one by one only in texts with ten digits close together: few have them.
    """
    marked = (
        text.cast(pl.String)
        .str.replace_all(_EMAIL, "[ПОЧТА]")
        .str.replace_all(_PASSPORT, "${1}[ПАСПОРТ]")
        .str.replace_all(_MENTION, "[ИМЯ]")
    )
    suspect = marked.str.contains(_MANY_DIGITS).fill_null(value=False)
    if suspect.any():
        checked = [_redact_checked(value) for value in marked.filter(suspect).to_list()]
        marked = marked.scatter(suspect.arg_true(), checked)
    return marked.alias(text.name)


def redact_text(text: str) -> str:
    """One text; see :func:`redact`."""
    return redact(pl.Series([text]))[0]


class Pseudonyms:
    """Keyed pseudonyms: the same person has the same one in every source; without the key nobody goes back.

    Args:
        key: secret bytes.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key

    @classmethod
    def from_settings(cls, settings: Settings, *, invented_people: bool) -> Pseudonyms:
        """Take the key of the environment; a public key serves invented people only.

        Raises:
            IngestionError: real people and no key.
        """
        if settings.pseudonym_key is not None:
            return cls(settings.pseudonym_key.get_secret_value().encode())
        if invented_people:
            return cls(_PUBLIC_KEY)
        raise IngestionError(
            "Ключ псевдонимов не задан: задайте переменную окружения CX_PSEUDONYM_KEY (длинная случайная строка)."
        )

    def of(self, identifiers: pl.Series) -> pl.Series:
        """Pseudonyms of identifiers (letters and digits only, lower case); null and empty give null."""
        name = identifiers.name
        plain = identifiers.cast(pl.String).str.to_lowercase().str.replace_all(r"[^\p{L}\p{N}]", "")
        known = {
            value: hmac.digest(self._key, value.encode(), "sha256").hex()[:20]
            for value in plain.drop_nulls().unique().to_list()
            if value
        }
        return plain.replace_strict(known, default=None, return_dtype=pl.String).alias(name)

    def of_telling(self, ids: pl.Series) -> pl.Series:
        """Ids of records (``<source>:<id>``); one that is an address or a phone itself becomes a pseudonym.

        Runs of plain digits stay: an id cannot be told from a phone by its digits, and must lead to its record.
        """
        suspect = ids.str.contains(_NOT_OF_AN_ID).fill_null(value=False)
        if not suspect.any():
            return ids
        telling = suspect & (redact(ids) != ids)
        return pl.select(
            pl.when(telling).then(ids.str.extract(r"^(\w+:)") + self.of(ids)).otherwise(ids).alias(ids.name)
        ).to_series()
