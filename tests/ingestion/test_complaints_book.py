"""Complaints books: workbooks that people make, and what becomes of them."""

from __future__ import annotations

import zipfile
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest
import xlsxwriter

from ingestion import workbook
from ingestion.sources.complaints_book.books import BOOK
from tests.ingestion.home import TOUCHPOINTS, Home

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

ENTRY = ["1", "10.11.2026 09:00", "01", "112-233-445 95", "Долго ждал.", "11.11.2026 10:00", "Разобрались."]
SHEET = "xl/worksheets/sheet1.xml"
# the first bytes of a compound file: what Excel writes for a workbook with a password
PROTECTED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 4096


def entry(number: Any = "1", **changes: Any) -> list[Any]:
    row = [number, *ENTRY[1:]]
    for column, value in changes.items():
        row[{"date": 1, "code": 2, "client": 3, "text": 4, "answered": 5, "answer": 6}[column]] = value
    return row


@pytest.fixture
def book_home(home: Home) -> Home:
    home.describe(complaints_book={"files": "{home}/book/{week}/*.xlsx", "codes": {"touchpoint": TOUCHPOINTS}})
    return home


def write(home: Home, office: str, *rows: Sequence[Any], headers: Sequence[str] = BOOK) -> Path:
    return home.workbook(f"book/2026-W46/{office}.xlsx", headers, rows)


def repacked(path: Path, changes: dict[str, bytes]) -> None:
    """Write a workbook again with some of its parts changed."""
    with zipfile.ZipFile(path) as archive:
        parts = {part.filename: archive.read(part) for part in archive.infolist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {**parts, **changes}.items():
            archive.writestr(name, content)


def offices(landed: Any) -> list[tuple[Any, ...]]:
    columns = ("office_id", "status", "rows_read", "rows_landed", "rows_quarantined", "rows_other_week")
    return landed.loads.drop_nulls("office_id").select(columns).rows()


def test_entries_land_in_utc_of_their_centre(book_home: Home) -> None:
    write(book_home, "C01", entry(1), entry(2, answered=None, answer=None))
    write(book_home, "C02", entry(1, code="99"))
    landed = book_home.land("complaints_book")
    columns = ("record_id", "office_id", "region", "touchpoint", "entered_at", "answered_at", "text", "origin")
    assert landed.rows("entries", *columns) == [
        ("complaints_book:C01-1", "C01", "north", "site", datetime(2026, 11, 10), datetime(2026, 11, 11, 1), "Долго ждал.", "2026-W46/C01.xlsx#2"),
        ("complaints_book:C01-2", "C01", "north", "site", datetime(2026, 11, 10), None, "Долго ждал.", "2026-W46/C01.xlsx#3"),
        ("complaints_book:C02-1", "C02", "north", None, datetime(2026, 11, 9, 23), datetime(2026, 11, 11), "Долго ждал.", "2026-W46/C02.xlsx#2"),
    ]  # fmt: skip
    assert landed.refused == []
    assert offices(landed) == [("C01", "loaded", 2, 2, 0, 0), ("C02", "loaded", 1, 1, 0, 0)]


def test_reasons_land_by_their_codes_when_the_book_names_them(home: Home) -> None:
    reasons = {"Очередь": "queue_long", "Грубость": "staff_inattentive"}
    home.describe(complaints_book={"files": "{home}/book/{week}/*.xlsx", "codes": {"reason": reasons}})
    named = ["Очередь", " Очередь ;Грубость; Очередь", "Другое; Грубость", "+7 914 555-01-23", None]
    write(
        home, "C01", *([*entry(number), each] for number, each in enumerate(named, start=1)), headers=[*BOOK, "Причина"]
    )
    write(home, "C02", entry(1))
    landed = home.land("complaints_book")
    assert landed.rows("entries", "record_id", "reasons", "reason_text") == [
        ("complaints_book:C01-1", "queue_long", "Очередь"),
        ("complaints_book:C01-2", "queue_long;staff_inattentive", "Очередь ;Грубость; Очередь"),
        ("complaints_book:C01-3", "staff_inattentive", "Другое; Грубость"),
        ("complaints_book:C01-4", None, "[ТЕЛЕФОН]"),
        ("complaints_book:C01-5", None, None),
        ("complaints_book:C02-1", None, None),
    ]
    assert landed.refused == []


def test_cells_of_any_kind_read_as_a_person_sees_them(book_home: Home) -> None:
    path = book_home.path / "book/2026-W46/C01.xlsx"
    path.parent.mkdir(parents=True)
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("Лист1")
        shown = book.add_format({"num_format": "dd.mm.yyyy hh:mm"})
        # an empty row and column before the table, headers in another order and with spaces
        sheet.write_row(1, 1, [f" {name} " for name in reversed(BOOK)])
        sheet.write_row(3, 1, ["Ответ", None, "Текст", 112, "02", None, 7])
        sheet.write_datetime(3, 6, datetime(2026, 11, 10, 9, 30), shown)
    landed = book_home.land("complaints_book")
    columns = ("record_id", "entered_at", "touchpoint", "text", "answer_text", "origin")
    assert landed.rows("entries", *columns) == [
        ("complaints_book:C01-7", datetime(2026, 11, 10, 0, 30), "hall", "Текст", "Ответ", "2026-W46/C01.xlsx#4")
    ]


def test_headers_alone_are_a_true_zero_in_every_centre(book_home: Home) -> None:
    write(book_home, "C01")
    write(book_home, "C02")
    landed = book_home.land("complaints_book")
    assert landed.result.status == "loaded"
    assert landed.result.messages == []
    assert offices(landed) == [("C01", "loaded", 0, 0, 0, 0), ("C02", "loaded", 0, 0, 0, 0)]


def test_centre_without_a_book_has_no_source_and_the_others_land(book_home: Home) -> None:
    write(book_home, "C01", entry())
    landed = book_home.land("complaints_book")
    assert landed.result.status == "loaded"
    assert offices(landed) == [("C01", "loaded", 1, 1, 0, 0), ("C02", "no_source", 0, 0, 0, 0)]
    assert landed.result.messages == ["2026-W46: книга центра C02 не передана; запросите файл C02.xlsx"]


def test_no_book_at_all_is_no_source(book_home: Home) -> None:
    landed = book_home.land("complaints_book")
    assert landed.result.status == "no_source"
    assert "нет файла" in landed.result.messages[0]
    write(book_home, "C01", headers=["Что-то"])
    landed = book_home.land("complaints_book")
    assert landed.result.status == "no_source"
    assert (
        "ни одна книга не прочитана; первая из них — 2026-W46/C01.xlsx: нет столбцов Дата записи"
        in landed.result.messages[0]
    )


def _truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def _unknown_method(path: Path) -> None:
    content = bytearray(path.read_bytes())
    directory = content.rindex(b"PK\x01\x02")
    content[directory + 10 : directory + 12] = b"\x63\x00"
    path.write_bytes(content)


def _lying_size(path: Path) -> None:
    """A header that promises less than is there: the trick of a bomb."""
    content = bytearray(path.read_bytes())
    place = content.index(SHEET.encode(), content.index(b"PK\x01\x02")) - 46
    content[place + 24 : place + 28] = (16).to_bytes(4, "little")
    path.write_bytes(content)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes("№;Дата записи\n1;10.11.2026".encode()),
        lambda path: path.write_bytes(PROTECTED),
        _truncate,
        _unknown_method,
        _lying_size,
        lambda path: repacked(path, {SHEET: b"<worksheet><sheetData><row r='1'><c"}),
        lambda path: repacked(path, {"xl/workbook.xml": b"<workbook/>"}),
    ],
    ids=["empty", "text", "password", "truncated", "method", "lying size", "broken sheet", "no sheet"],
)
def test_unreadable_book_fails_its_centre_alone(book_home: Home, spoil: Any) -> None:
    spoil(write(book_home, "C01", entry()))
    write(book_home, "C02", entry())
    landed = book_home.land("complaints_book")
    assert offices(landed) == [("C01", "no_source", 0, 0, 0, 0), ("C02", "loaded", 1, 1, 0, 0)]
    assert landed.result.messages == [
        "2026-W46: 2026-W46/C01.xlsx: файл не читается (повреждён или закрыт паролем); выгрузите его заново"
    ]


def test_zip_bomb_is_refused_before_it_unpacks(book_home: Home) -> None:
    path = write(book_home, "C01", entry())
    zeros = b"0" * (8 * 1024 * 1024)
    repacked(path, {f"xl/media/{number}.png": zeros for number in range(65)})
    assert path.stat().st_size < 2 * 1024 * 1024
    write(book_home, "C02", entry())
    landed = book_home.land("complaints_book")
    assert landed.ids("entries") == ["complaints_book:C02-1"]
    assert landed.result.messages == [
        "2026-W46: 2026-W46/C01.xlsx: книга распаковывается больше чем в 512 МБ; проверьте файл"
    ]


def test_stray_cell_at_the_end_of_the_sheet_does_not_take_all_memory(book_home: Home) -> None:
    book_home.workbook("book/2026-W46/C01.xlsx", BOOK, [entry()])
    path = book_home.path / "book/2026-W46/C01.xlsx"
    with zipfile.ZipFile(path) as archive:
        sheet = archive.read(SHEET)
    stray = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    repacked(path, {SHEET: sheet.replace(b"</sheetData>", stray)})
    write(book_home, "C02", entry())
    landed = book_home.land("complaints_book")
    assert landed.ids("entries") == ["complaints_book:C02-1"]
    assert "лист занимает 1048576 строк и 16384 столбцов; удалите лишние ячейки" in landed.result.messages[0]


def test_bounds_of_a_workbook_leave_room_for_a_full_sheet() -> None:
    assert len(BOOK) * 1_048_576 < workbook.MAX_CELLS


@pytest.mark.parametrize(
    ("headers", "part"),
    [
        (BOOK[:-1], "нет столбцов Ответ; проверьте заголовки таблицы"),
        (["№", "Когда", *BOOK[2:]], "нет столбцов Дата записи"),
        ([], "нет столбцов Дата записи, Код точки"),
        ([*BOOK, " Текст "], "столбец Текст стоит дважды; оставьте один"),
    ],
)
def test_wrong_columns_are_named(book_home: Home, headers: list[str], part: str) -> None:
    write(book_home, "C01", headers=headers)
    write(book_home, "C02", entry())
    landed = book_home.land("complaints_book")
    assert offices(landed)[0][:2] == ("C01", "no_source")
    assert f"2026-W46/C01.xlsx: {part}" in landed.result.messages[0]


def test_faulty_rows_are_quarantined_with_their_row_and_counted_for_their_centre(book_home: Home) -> None:
    write(
        book_home,
        "C01",
        entry(1),
        entry(1, text="повтор"),
        entry(3, date="32.13.2026"),
        entry(None),
        [None] * 7,
        entry(6, date=None),
        entry(7, date="08.11.2026 23:59"),
        entry(8, date="16.11.2026 00:00"),
        entry(9, answered="завтра"),
        entry(10, date="10.11.0206 09:00"),
    )
    write(book_home, "C02", entry(1))
    landed = book_home.land("complaints_book")
    assert landed.ids("entries") == ["complaints_book:C01-1", "complaints_book:C02-1"]
    assert landed.refused == [
        ("entries", reason, f"2026-W46/C01.xlsx#{row}")
        for row, reason in (
            (3, "duplicate"),
            (4, "unreadable_date"),
            (5, "missing_id"),
            (7, "unreadable_date"),
            (8, "other_week"),
            (9, "other_week"),
            (10, "unreadable_date"),
            (11, "unreadable_date"),
        )
    ]
    assert offices(landed) == [("C01", "loaded", 9, 1, 8, 0), ("C02", "loaded", 1, 1, 0, 0)]


def test_accumulating_book_only_counts_the_rows_of_other_weeks(book_home: Home) -> None:
    book_home.describe(complaints_book={"files": "{home}/book/*.xlsx"})
    rows = [entry(1), entry(2, date="01.11.2026 09:00"), entry(3, date="01.11.2026 09:00", answered="завтра")]
    book_home.workbook("book/C01.xlsx", BOOK, rows)
    landed = book_home.land("complaints_book")
    assert landed.counts("entries") == (3, 1, 0, 2)
    assert offices(landed) == [("C01", "loaded", 3, 1, 0, 2), ("C02", "no_source", 0, 0, 0, 0)]


def test_book_of_an_unknown_centre_is_quarantined_and_a_lock_of_excel_is_no_book(book_home: Home) -> None:
    write(book_home, "C01", entry())
    write(book_home, "C99", entry())
    write(book_home, "..C01", entry())
    (book_home.path / "book/2026-W46/~$C01.xlsx").write_bytes(b"\x05Anna")
    (book_home.path / "book/2026-W46/C02.xlsx").mkdir()
    landed = book_home.land("complaints_book")
    assert landed.ids("entries") == ["complaints_book:C01-1"]
    assert landed.refused == [("entries", "unknown_office", "2026-W46/C99.xlsx")]
    assert "2026-W46/C99.xlsx: центр не найден в реестре" in " ".join(landed.result.messages)


def test_hostile_texts_and_names_land_as_they_are_and_lead_nowhere(book_home: Home) -> None:
    text = "=cmd|' /C calc'!A0 <script>alert(1)</script>\n'); DROP TABLE entries; --"
    write(book_home, "C01", entry("../../../etc/passwd", text=text), entry("'; --", text="@SUM(1)"))
    landed = book_home.land("complaints_book")
    assert landed.rows("entries", "record_id", "text") == [
        ("complaints_book:C01-'; --", "@SUM(1)"),
        ("complaints_book:C01-../../../etc/passwd", text),
    ]
    assert not (book_home.path.parent / "etc").exists()


def test_books_land_without_a_centre_when_no_register_is_known(empty_home: Home) -> None:
    empty_home.describe(complaints_book={"files": "{home}/book/{week}/*.xlsx"})
    write(empty_home, "C01", entry(1), entry(2, date="нет"))
    landed = empty_home.land("complaints_book")
    assert landed.rows("entries", "record_id", "office_id", "region") == [("complaints_book:C01-1", None, "north")]
    assert offices(landed) == [("C01", "loaded", 2, 1, 1, 0)]
