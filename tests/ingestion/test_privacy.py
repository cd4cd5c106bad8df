"""Redaction and pseudonyms."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.errors import IngestionError
from ingestion.privacy import Pseudonyms, redact, redact_text
from ingestion.privacy.numbers import is_snils
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
        ("тел89141234567звоните", "тел[ТЕЛЕФОН]звоните"),
        ("8 (914) 123 - 45 - 67, 79141234567", "[ТЕЛЕФОН], [ТЕЛЕФОН]"),
        ("8–914–123–45–67\n89141234567", "[ТЕЛЕФОН]\n[ТЕЛЕФОН]"),
        ("пишите на иван@почта.рф", "пишите на [ПОЧТА]"),
        ("СНИЛС112 233 445 95", "СНИЛС[СНИЛС]"),
        ("СНИЛС 112-233-445 96", "СНИЛС [СНИЛС]"),  # a slip of the pen in one digit hides nobody
        ("заказ 112-233-445 96", "заказ 112-233-445 96"),
        ("Паспорт: серия 9804 номер 123456", "Паспорт: серия [ПАСПОРТ]"),
        ("паспорт серии 98 04, № 123456", "паспорт серии [ПАСПОРТ]"),
        ("9804 № 123456", "[ПАСПОРТ]"),
        ("телефон моей мамы 22-33-44", "телефон моей мамы 22-33-44"),
        ("звоните мне 22-33-44", "звоните мне [ТЕЛЕФОН]"),
        ("живу: ул Ленина 5", "живу: [АДРЕС]"),
        ("улЛенина 5, кв. 12", "[АДРЕС]"),
        ("пр-кт Мира 5", "[АДРЕС]"),
        ("первые 5 минут, ПЕРЕРЫВ 30 МИНУТ, улучшение 10 раз", "первые 5 минут, ПЕРЕРЫВ 30 МИНУТ, улучшение 10 раз"),
        ("[id700800|Иван Петров], ответьте", "[ИМЯ], ответьте"),
        ("с 7.11.2026 - 14.11.2026 10:00", "с 7.11.2026 - 14.11.2026 10:00"),
        ("счёт 40817810099910004312", "счёт [СЧЁТ]"),
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


@given(
    prefix=st.sampled_from(["+7", "8", "7"]),
    digits=st.text(alphabet="0123456789", min_size=10, max_size=10),
    separators=st.lists(st.sampled_from(["", " ", "-", "(", ")", ") ", " - ", "–"]), min_size=10, max_size=10),
    before=st.sampled_from(["", "тел", "т.", "\n", "("]),
    after=st.sampled_from(["", "звоните", ".", "\n", ")"]),
)
def test_every_phone_is_found_however_it_is_spaced(
    prefix: str, digits: str, separators: list[str], before: str, after: str
) -> None:
    phone = prefix + "".join(separator + digit for separator, digit in zip(separators, digits, strict=True))
    left = redact_text(f"{before}{phone}{after}")
    assert digits[-4:] not in "".join(filter(str.isdigit, left))


def test_nulls_and_many_texts_keep_their_places() -> None:
    texts = pl.Series(["ИНН 7707083893", None, "", "тихо", "а@б.рф"])
    assert redact(texts).to_list() == ["ИНН [ИНН]", None, "", "тихо", "[ПОЧТА]"]
    assert redact(pl.Series([], dtype=pl.String)).to_list() == []


def test_id_that_is_a_phone_or_an_address_becomes_a_pseudonym_and_the_others_stay() -> None:
    ids = ["ais:48213", "two_gis:7707083893", "vk:-9_1", "survey:а б", None, "survey:1:ces"]
    telling = ["contact_centre:79141234567@c.us", "contact_centre:message:+7 914 123-45-67"]
    found = Pseudonyms(b"key").of_telling(pl.Series([*ids, *telling, telling[0]])).to_list()
    assert found[:6] == ids
    assert found[6] == found[8] != found[7]
    assert all(value.startswith("contact_centre:") and "914" not in value for value in found[6:])


def test_pseudonyms_join_sources_and_depend_on_the_key() -> None:
    people = pl.Series(["112-233-445 95", "11223344595", None, ""])
    first = Pseudonyms(b"one").of(people).to_list()
    assert first[0] == first[1] is not None
    assert first[2] is first[3] is None
    assert first[0] != Pseudonyms(b"two").of(people)[0]


def test_real_people_need_a_key() -> None:
    with pytest.raises(IngestionError, match="CX_PSEUDONYM_KEY"):
        Pseudonyms.from_settings(Settings(pseudonym_key=None), invented_people=False)
