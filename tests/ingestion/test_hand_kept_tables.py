"""A complaints book as a clerk keeps it: the same entries from every format."""

from __future__ import annotations

import time
import zipfile
from datetime import datetime
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
import xlsxwriter

from ingestion import workbook
from tests.ingestion.home import OFFICES, TOUCHPOINTS, Home
from tests.ingestion.spreadsheets import FORMATS, Merged, Rows, write_as

if TYPE_CHECKING:
    from pathlib import Path

COLUMNS = {
    "office_id": ["Центр"],
    "text": ["Суть обращения"],
    "answered_at": ["Дата ответа"],
    "answer_text": [],
    "client": ["СНИЛС"],
}
HEADERS = [
    "Месяц",
    "№ п/п",
    "Дата\nзаписи:",
    "Центр *",
    "СНИЛС",
    "СУТЬ  ОБРАЩЕНИЯ",
    "код Точки",
    "Дата отвёта".replace("ё", "е"),
    "Примечание",
]
CLERK: Rows = [
    ["КНИГА ОТЗЫВОВ И ПРЕДЛОЖЕНИЙ"],
    [None, None, "за ноябрь 2026 г."],
    [],
    HEADERS,
    [1, 2, 3, 4, 5, 6, 7, 8, 9],
    [Merged("Ноябрь 2026", 7), 1.0, "10 ноя 2026", Merged("C01", 3), "112-233-445 95", "Долго ждал < часа.", "01", "11.11.26"],
    [None, 2, "10.11.26", None, None, "<p>Хамят&nbsp;в&nbsp;окне <b>5</b></p><p>Стыдно</p>", "02", None],
    [None, "1 262", "11.11.2026 г.", None, None, "Спасибо", "#ССЫЛКА!", 46338.5],
    [None, 4, "12/11/2026 14:05", "Второй центр", None, "Нет мест", "01", "2026-11-13"],
    [None, 5, 46339, "C02", None, "Холодно", "01", None],
    [None, 6, datetime(2026, 11, 13, 9, 30), "C02", None, "Душно", "01", None],
    [None, 7, "11/13/2026", "C02", None, "Месяц не на месте", "01", None],
    ["Итого", 7, None, None, None, 7],
    [],
    ["Ответственный: Петрова А. А.", None, "подпись ______"],
]  # fmt: skip
LANDED = [
    (
        "complaints_book:C01-1",
        datetime(2026, 11, 9, 15),
        "C01",
        "Долго ждал < часа.",
        "site",
        datetime(2026, 11, 10, 15),
    ),
    ("complaints_book:C01-1262", datetime(2026, 11, 10, 15), "C01", "Спасибо", None, datetime(2026, 11, 12, 3)),
    ("complaints_book:C01-2", datetime(2026, 11, 9, 15), "C01", "Хамят в окне 5\nСтыдно", "hall", None),
    ("complaints_book:C02-4", datetime(2026, 11, 12, 4, 5), "C02", "Нет мест", "site", datetime(2026, 11, 12, 14)),
    ("complaints_book:C02-5", datetime(2026, 11, 12, 14), "C02", "Холодно", "site", None),
    ("complaints_book:C02-6", datetime(2026, 11, 12, 23, 30), "C02", "Душно", "site", None),
]
SHOWN = ("record_id", "entered_at", "office_id", "text", "touchpoint", "answered_at")


@pytest.fixture
def clerk_home(home: Home) -> Home:
    return described(home)


def described(home: Home, files: str = "{home}/book/{week}.*", **changes: Any) -> Home:
    book = {"files": files, "columns": COLUMNS, "fill_down": ["office_id"], "codes": {"touchpoint": TOUCHPOINTS}}
    home.describe(complaints_book={**book, **changes})
    return home


@pytest.mark.parametrize("kind", FORMATS)
def test_table_of_a_clerk_gives_the_same_entries_in_every_format(clerk_home: Home, kind: str) -> None:
    before = [] if kind == "csv" else ["Титул"]
    write_as(kind, clerk_home.path / f"book/2026-W46.{kind}", CLERK, before)
    landed = clerk_home.land("complaints_book")
    assert landed.rows("entries", *SHOWN) == LANDED
    assert landed.refused == [("entries", "unreadable_date", f"book/2026-W46.{kind}#12")]
    assert "11/13/2026" in landed.quarantine["raw"][0]
    assert landed.counts("entries") == (7, 6, 1, 0)
    assert landed.rows("entries", "client_key")[0][0] is not None


@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods"])
def test_merged_cells_hold_for_their_rows_without_a_word_of_the_region(home: Home, kind: str) -> None:
    described(home, fill_down=[])
    write_as(kind, home.path / f"book/2026-W46.{kind}", CLERK)
    assert home.land("complaints_book").rows("entries", *SHOWN) == LANDED


def test_cell_that_is_empty_in_a_csv_is_no_merged_one_unless_the_region_says_so(home: Home) -> None:
    described(home, fill_down=[])
    write_as("csv", home.path / "book/2026-W46.csv", CLERK)
    landed = home.land("complaints_book")
    assert landed.counts("entries") == (7, 4, 3, 0)
    assert {reason for _, reason, _ in landed.refused} == {"unknown_office", "unreadable_date"}


@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods"])
@pytest.mark.parametrize("name", ["xlsx", "xls", "csv"])
def test_extension_that_lies_is_not_believed(clerk_home: Home, kind: str, name: str) -> None:
    write_as(kind, clerk_home.path / f"book/2026-W46.{name}", CLERK)
    assert clerk_home.land("complaints_book").ids("entries") == [row[0] for row in LANDED]


@pytest.mark.parametrize(("separator", "encoding"), [(";", "utf-8"), (",", "utf-8-sig"), ("\t", "windows-1251")])
def test_csv_of_any_separator_and_encoding(home: Home, separator: str, encoding: str) -> None:
    described(home, columns={**COLUMNS, "client": [], "touchpoint_code": [], "answered_at": []})
    lines = ["Книга; жалобы, отзывы", "", separator.join(["№", "Дата", "Центр", "Суть обращения"])]
    lines.append(separator.join(["1", "10.11.2026", "C01", '"Ждал; долго,\tи зря\nдва дня"']))
    lines.append(separator.join(["2", "10.11.2026", "C01", "Много", "лишнее"]))
    home.file("book/2026-W46.csv", "\r\n".join(lines).encode(encoding))
    landed = home.land("complaints_book")
    assert landed.rows("entries", "record_id", "text") == [("complaints_book:C01-1", "Ждал; долго,\tи зря\nдва дня")]
    # a separator stands in a text: the cells after it are in wrong columns
    assert landed.refused == [("entries", "wrong_shape", "book/2026-W46.csv#5")]


@pytest.mark.parametrize("rest", ["2", "x" * 2_000_000])
def test_csv_whose_quotes_do_not_close_is_told(clerk_home: Home, rest: str) -> None:
    header = ";".join(name.strip() for name in HEADERS).replace("\n", " ")
    for content in (f'{header}\n1;"{rest}', f'"{rest}'):
        clerk_home.file("book/2026-W46.csv", content)
        assert "кавычки не закрыты" in clerk_home.land("complaints_book").result.messages[0]


@pytest.mark.parametrize("content", [b"", b"\x00" * 5000, b";" * 3_000_000, b"\xff\xfe" * 9999, b"\n" * 100_000])
def test_csv_that_is_none_is_told(clerk_home: Home, content: bytes) -> None:
    clerk_home.file("book/2026-W46.csv", content)
    assert clerk_home.land("complaints_book").result.status == "no_source"


def test_book_without_numbers_has_ids_of_its_content(home: Home) -> None:
    described(home, columns={**COLUMNS, "client": [], "touchpoint_code": []})
    headers = ["Дата", "Центр", "Суть обращения", "Дата ответа"]
    rows = [["10.11.2026", "C01", "Ждал"], ["10.11.2026", "C01", "Ждал"], ["11.11.2026", "C01", "Ждал"]]
    write_as("xlsx", home.path / "book/2026-W46.xlsx", [headers, *rows])
    first = home.land("complaints_book")
    assert first.counts("entries") == (3, 3, 0, 0)
    # an entry above, another order of columns, and an answer that has come since: the ids stay
    answered = [["12.11.2026", "Новая", "C01", "12.11.2026"], *([row[0], row[2], row[1], "13.11.2026"] for row in rows)]
    write_as("ods", home.path / "book/2026-W46.xlsx", [[headers[0], headers[2], headers[1], headers[3]], *answered])
    again = home.land("complaints_book")
    assert set(first.ids("entries")) < set(again.ids("entries"))
    assert again.counts("entries") == (4, 4, 0, 0)
    assert all(identifier.startswith("complaints_book:C01-") for identifier in again.ids("entries"))


def test_centre_is_known_by_its_code_or_exact_name_only(home: Home) -> None:
    home.ais(offices=[*OFFICES, ("C03", "north", "Двойник", "Третье", "Asia/Yakutsk"), ("C04", "north", "Двойник", "Третье", "Asia/Yakutsk")])  # fmt: skip
    home.land("ais")
    described(home, columns={**COLUMNS, "client": [], "touchpoint_code": [], "answered_at": []}, fill_down=[])
    names = ["C01", "Второй  центр", "C99", None, "Двойник", "второй"]
    rows = [[number, "10.11.2026", name, "Ждал"] for number, name in enumerate(names, start=1)]
    write_as("xlsx", home.path / "book/2026-W46.xlsx", [["№", "Дата", "Центр", "Суть обращения"], *rows])
    landed = home.land("complaints_book")
    assert landed.ids("entries") == ["complaints_book:C01-1", "complaints_book:C02-2"]
    assert [reason for _, reason, _ in landed.refused] == ["unknown_office"] * 4


def repeated(path: Path, cells: str, rows: str, text: str = "1") -> None:
    """An ODS whose one cell stands for many."""
    write_as("ods", path, [["x"]])
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    row = f'<table:table-row table:number-rows-repeated="{rows}"><table:table-cell table:number-columns-repeated="{cells}" office:value-type="string"><text:p>{text}</text:p></table:table-cell></table:table-row></table:table>'
    parts["content.xml"] = parts["content.xml"].replace(b"</table:table>", row.encode())
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


@pytest.mark.parametrize(("cells", "rows"), [("16384", "1048000"), ("99999999999999999999", "1"), ("-1", "1")])
def test_ods_of_repeated_cells_does_not_take_all_memory(clerk_home: Home, cells: str, rows: str) -> None:
    repeated(clerk_home.path / "book/2026-W46.ods", cells, rows)
    assert "удалите лишние ячейки" in clerk_home.land("complaints_book").result.messages[0]


def test_ods_of_a_repeated_long_text_does_not_take_all_memory(clerk_home: Home) -> None:
    repeated(clerk_home.path / "book/2026-W46.ods", "12", "2000", "x" * 32_000)
    assert "тексты ячеек занимают больше" in clerk_home.land("complaints_book").result.messages[0]


def test_ods_with_declarations_is_refused(clerk_home: Home) -> None:
    path = clerk_home.path / "book/2026-W46.ods"
    write_as("ods", path, CLERK)
    with zipfile.ZipFile(path) as archive:
        content = archive.read("content.xml").split(b"?>", 1)[-1]
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("content.xml", b'<!DOCTYPE a [<!ENTITY b "c">]>' + content)
    assert "файл не читается" in clerk_home.land("complaints_book").result.messages[0]


@pytest.mark.parametrize("spoil", ["stray", "promise", "cut", "loop", "noise"])
def test_hostile_xls_ends_in_a_line(clerk_home: Home, spoil: str) -> None:
    path = clerk_home.path / "book/2026-W46.xls"
    rows: Rows = [["x"]]
    write_as("xls", path, rows, [f"Лист {number}" for number in range(3)])
    content = bytearray(path.read_bytes())
    where = content.index(b"\x00\x02\x0e\x00", 512)  # DIMENSIONS: rows and columns that the sheet promises
    if spoil == "promise":
        content[where + 8 : where + 12] = b"\xff\xff\xff\x7f"
    elif spoil == "stray":
        place = content.index(b"\xfd\x00\x0a\x00", where)
        content[place + 4 : place + 8] = b"\xff\xff\xff\x00"
    elif spoil == "cut":
        del content[len(content) // 2 :]
    elif spoil == "loop":
        content[48:52] = content[76:80]
        content[68:72] = b"\x00\x00\x00\x00"
    else:
        content[512:] = bytes(range(256)) * (len(content) // 256)
    path.write_bytes(content)
    started = time.monotonic()
    message = clerk_home.land("complaints_book").result.messages[0]
    assert "удалите лишние ячейки" in message or "файл не читается" in message
    assert time.monotonic() - started < 5


def test_formula_that_failed_is_no_date_and_no_text(clerk_home: Home) -> None:
    headers = [header for header in HEADERS if header != "Месяц"]
    rows = [
        [1, "10.11.2026", "C01", None, "#REF!", "01", "#Н/Д"],
        [2, "#VALUE!", "C01", None, "Ждал", "01", None],
        [3, "10.11.2026", "C01", None, "#REF!", "01", None],
    ]
    write_as("csv", clerk_home.path / "book/2026-W46.csv", [headers, *rows])
    landed = clerk_home.land("complaints_book")
    assert landed.rows("entries", "record_id", "text") == [("complaints_book:C01-3", None)]
    assert [reason for _, reason, _ in landed.refused] == ["unreadable_date"] * 2


def test_workbook_of_fifty_thousand_rows_is_read_in_seconds(clerk_home: Home) -> None:
    rows = [
        [None, number, f"{9 + number % 7}.11.2026 {number % 24}:{number % 60:02}", "C01", number, f"<p>Текст {number}</p>", "01", 46337 + number % 5]
        for number in range(1, 50_001)
    ]  # fmt: skip
    write_as("xlsx", clerk_home.path / "book/2026-W46.xlsx", [HEADERS, *rows])
    started = time.monotonic()
    landed = clerk_home.land("complaints_book")
    assert landed.counts("entries") == (50_000, 50_000, 0, 0)
    assert time.monotonic() - started < 60
    assert landed.frames["entries"]["entered_at"].null_count() == 0
    assert landed.frames["entries"].filter(pl.col("text").str.contains("<")).is_empty()


def test_sheet_of_formulas_that_failed_is_refused_before_it_is_read(
    clerk_home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook, "MAX_ERRORS", 3)
    path = clerk_home.path / "book/2026-W46.xlsx"
    path.parent.mkdir()
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        for row in range(4):
            sheet.write_formula(row, 0, "=1/0", None, "#DIV/0!")
    assert "исправьте формулы" in clerk_home.land("complaints_book").result.messages[0]


@pytest.mark.parametrize("kind", ["xlsx", "xls"])
def test_long_text_that_many_cells_share_is_refused_before_it_is_unpacked(
    clerk_home: Home, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    text = "Жду. " * 6000
    rows: Rows = [HEADERS, *([None, number, "10.11.2026", "C01", None, text, "01"] for number in range(1, 30))]
    path = write_as(kind, clerk_home.path / f"book/2026-W46.{kind}", rows)
    monkeypatch.setattr(workbook, "MAX_UNPACKED", 29 * len(text.encode()) + 10_000 + path.stat().st_size)
    landed = clerk_home.land("complaints_book")
    assert landed.counts("entries") == (29, 29, 0, 0)
    monkeypatch.setattr(workbook, "MAX_UNPACKED", 28 * len(text))
    assert "тексты ячеек занимают больше" in clerk_home.land("complaints_book").result.messages[0]


def test_small_workbook_that_unpacks_to_gigabytes_ends_at_once(clerk_home: Home) -> None:
    """A million cells name one text of 32,000 letters: thirty gigabytes in a file of some megabytes."""
    path = clerk_home.path / "book/2026-W46.xlsx"
    write_as("xlsx", path, [["x"]])
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    cells = "".join(f'<row r="{row}"><c r="A{row}" t="s"><v>0</v></c></row>' for row in range(1, 1_000_001))
    sheet = parts["xl/worksheets/sheet1.xml"].decode()
    start, end = sheet.index("<sheetData>"), sheet.index("</sheetData>")
    parts["xl/worksheets/sheet1.xml"] = (sheet[: start + 11] + cells + sheet[end:]).encode()
    parts["xl/sharedStrings.xml"] = parts["xl/sharedStrings.xml"].replace(b"<t>x</t>", b"<t>" + b"x" * 32_000 + b"</t>")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    assert path.stat().st_size < 8 << 20
    started = time.monotonic()
    assert "тексты ячеек занимают больше" in clerk_home.land("complaints_book").result.messages[0]
    assert time.monotonic() - started < 30


def test_hidden_sheet_is_not_read(clerk_home: Home) -> None:
    path = clerk_home.path / "book/2026-W46.xlsx"
    path.parent.mkdir()
    with xlsxwriter.Workbook(str(path)) as book:
        hidden, shown = book.add_worksheet("Черновик"), book.add_worksheet("Книга")
        hidden.hide()
        shown.activate()
        shown.set_first_sheet()
        for sheet, text in ((hidden, "Черновик"), (shown, "Холодно")):
            sheet.write_row(0, 0, HEADERS)
            sheet.write_row(1, 0, ["", 1, "10.11.2026", "C01", "", text, "01"])
    assert clerk_home.land("complaints_book").rows("entries", "text") == [("Холодно",)]


def test_total_that_stands_in_the_column_of_the_date_is_no_entry(clerk_home: Home) -> None:
    entry = [None, 1, "10.11.2026", "C01", None, "Холодно", "01"]
    write_as("xlsx", clerk_home.path / "book/2026-W46.xlsx", [HEADERS, entry, ["Итого записей", None, 1]])
    landed = clerk_home.land("complaints_book")
    assert landed.counts("entries") == (1, 1, 0, 0)
