"""Redaction and pseudonyms."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.errors import IngestionError
from ingestion.privacy import Pseudonyms, is_inn, is_snils, redact_text
from ingestion.settings import Settings


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("звоните +7 (914) 123-45-67", "звоните [ТЕЛЕФОН]"),
        ("мой 89141234567 весь день", "мой [ТЕЛЕФОН] весь день"),
        ("по номеру 8(4112)55-01-99 тишина", "по номеру [ТЕЛЕФОН] тишина"),
        ("пишите ivan.petrov@mail.example.ru!", "пишите [ПОЧТА]!"),
        ("СНИЛС 112-233-445 95", "СНИЛС [СНИЛС]"),
        ("ИНН 7707083893", "ИНН [ИНН]"),
        ("ИНН 500100732259", "ИНН [ИНН]"),
        ("паспорт 98 04 123456", "паспорт [ПАСПОРТ]"),
        ("Заявка 123456789012", "Заявка 123456789012"),
        ("ждал 45 минут в окне 12", "ждал 45 минут в окне 12"),
    ],
)
def test_identifiers_become_marks_and_the_rest_stays(text: str, expected: str) -> None:
    assert redact_text(text) == expected


@given(st.text(alphabet="0123456789", min_size=9, max_size=9))
def test_every_snils_with_its_checksum_is_found(digits: str) -> None:
    control = sum(int(digit) * (9 - place) for place, digit in enumerate(digits)) % 101 % 100
    snils = f"{digits[:3]}-{digits[3:6]}-{digits[6:]} {control:02d}"
    assert is_snils(snils)
    assert digits[:3] + "-" not in redact_text(f"вот {snils}, проверьте")


def test_ten_wrong_digits_are_no_inn() -> None:
    assert not is_inn("7707083894")


def test_pseudonyms_join_sources_and_depend_on_the_key() -> None:
    people = pl.Series(["112-233-445 95", "11223344595", None, ""])
    first = Pseudonyms(b"one").of(people).to_list()
    assert first[0] == first[1] is not None
    assert first[2] is first[3] is None
    assert first[0] != Pseudonyms(b"two").of(people)[0]


def test_real_people_need_a_key() -> None:
    with pytest.raises(IngestionError, match="CX_PSEUDONYM_KEY"):
        Pseudonyms.from_settings(Settings(pseudonym_key=None), invented_people=False)
