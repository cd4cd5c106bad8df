"""The file of conversations: other encodings, broken lines, no lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ingestion.sources.contact_centre import json_lines as contact_centre
from tests.ingestion.test_contact_centre import FILE, ORIGIN, lines, message, talk

if TYPE_CHECKING:
    from tests.ingestion.home import Home


@pytest.mark.parametrize(
    ("content", "count"),
    [
        (lines(talk("K1"), talk("K2")).replace(b"\n", b"\r\n"), 2),
        (b"\xef\xbb\xbf" + lines(talk("K1")), 1),
        (lines(talk("K1")).decode().encode("windows-1251"), 1),
        (b"\n\n" + lines(talk("K1")) + b"\n   \n" + lines(talk("K2")).rstrip(b"\n"), 2),
    ],
    ids=["CRLF", "mark", "windows-1251", "blank lines"],
)
def test_file_of_another_make_lands_whole(chat_home: Home, content: bytes, count: int) -> None:
    chat_home.file(FILE, content)
    landed = chat_home.land("contact_centre")
    assert landed.counts("conversations") == (count, count, 0, 0)
    assert set(landed.frames["messages"]["text"]) == {"Здравствуйте"}
    assert set(landed.frames["conversations"]["topic"]) == {"справка"}


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'{"id": "K2", "office_id": "C01", "messages": [{"text": "+7 914 555-01-23"', "broken_json"),
        (b"{'id': 'K2'}", "broken_json"),
        (b'{"id": NaN}', "wrong_shape"),
        (b"[" * 200_000, "broken_json"),
        (b"\x00\xff\xfe", "broken_json"),
        (lines(talk("K2")).strip() + lines(talk("K3")).strip(), "broken_json"),
        (b'{"id": ' + b"9" * 5000 + b', "messages": 5}', "broken_json"),
        (b"[1, 2]", "wrong_shape"),
        (b"null", "wrong_shape"),
        (b'"K2"', "wrong_shape"),
        (lines(talk("K2", messages="5")).strip(), "wrong_shape"),
        (lines(talk("K2", messages={"id": "m"})).strip(), "wrong_shape"),
        (lines(talk("K2", messages=[7])).strip(), "wrong_shape"),
        (lines(talk("K2", events=3)).strip(), "wrong_shape"),
        (lines(talk("K2", messages=[message(public="да")])).strip(), "wrong_shape"),
    ],
)
def test_line_that_cannot_be_read_is_quarantined_with_its_number_and_the_others_land(
    chat_home: Home, line: bytes, reason: str
) -> None:
    good = [lines(talk(f"K{number}0")) for number in range(1, 8)]
    chat_home.file(FILE, b"".join([*good[:3], line, b"\n", *good[3:]]))
    landed = chat_home.land("contact_centre")
    assert landed.refused == [("conversations", reason, f"{ORIGIN}4")]
    assert landed.counts("conversations") == (8, 7, 1, 0)
    assert landed.rows("conversations", "record_id", "origin")[-1] == ("contact_centre:K70", f"{ORIGIN}8")
    assert landed.quarantine["raw"].to_list() == [None]  # what is not JSON cannot be redacted


def test_every_broken_line_is_named_and_one_message_sums_them_up(chat_home: Home) -> None:
    parts = [lines(talk(f"K{number}")) if number % 3 else b"{broken\n" for number in range(1, 100)]
    chat_home.file(FILE, b"".join(parts))
    landed = chat_home.land("contact_centre")
    assert landed.refused == [("conversations", "broken_json", f"{ORIGIN}{number}") for number in range(3, 100, 3)]
    assert landed.counts("conversations") == (99, 66, 33, 0)
    assert landed.result.messages == [
        f"2026-W46: 33 в карантине — не является JSON; выгрузите заново (первая: {ORIGIN}3)"
    ]


@pytest.mark.parametrize(
    ("content", "part"),
    [
        (b"", "файл пуст"),
        (b" \r\n\n", "файл пуст"),
        (b"<html>\n<body>502</body>\n", "ни одной строки с обращением"),
        (b"[1]\n", "ни одной строки с обращением"),
        (b"\x50\x4b\x03\x04" + bytes(range(256)) * 20, "ни одной строки с обращением"),
    ],
)
def test_file_without_a_conversation_is_no_source(chat_home: Home, content: bytes, part: str) -> None:
    chat_home.file(FILE, content)
    landed = chat_home.land("contact_centre")
    assert landed.result.status == "no_source"
    assert f"{FILE}: {part}" in landed.result.messages[0]


def test_missing_file_is_no_source(chat_home: Home) -> None:
    assert "нет файла" in chat_home.land("contact_centre").result.messages[0]


def test_file_of_broken_lines_is_no_source_and_its_reading_ends(
    chat_home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contact_centre, "MAX_BROKEN", 5)
    chat_home.file(FILE, lines(talk()) + b"{broken\n" * 50)
    landed = chat_home.land("contact_centre")
    assert landed.result.messages == [f"2026-W46: {FILE}: больше 5 строк не читаются; выгрузите файл заново"]


def test_file_beyond_the_bound_is_not_read(chat_home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingestion.reading.MAX_TEXT", 1024 * 1024)
    chat_home.file(FILE, lines(talk()) + b" " * 1024 * 1024)
    assert "файл больше 1 МБ; разделите выгрузку" in chat_home.land("contact_centre").result.messages[0]
