"""People become keyed pseudonyms."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

import polars as pl

from ingestion.errors import IngestionError
from ingestion.privacy.redaction import redact_identifiers

if TYPE_CHECKING:
    from ingestion.settings import Settings

_PUBLIC_KEY = b"invented people of the demo region"

_NOT_OF_AN_ID = r"[\s@+()]"  # characters that ids of systems do not hold, and addresses and phones do
_MOBILE = r"^89(\d{9})$"  # the same phone is written with 8 and with +7


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
        plain = plain.str.replace(_MOBILE, "79$1")
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
        telling = suspect & (redact_identifiers(ids) != ids)
        return pl.select(
            pl.when(telling).then(ids.str.extract(r"^(\w+:)") + self.of(ids)).otherwise(ids).alias(ids.name)
        ).to_series()
