"""The AIS as exported files: CSV and XML, windows-1251 and UTF-8, plain and zipped, friendly and hostile."""

from __future__ import annotations

import csv
import io
import sqlite3
import zipfile
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

import pytest
from polars.testing import assert_frame_equal

from ingestion.errors import IngestionError
from ingestion.run import land
from ingestion.sources.ais import archive, exports
from tests.ingestion.home import AIS_CODES, AIS_TABLES, OFFICES, WEEK, Home
from tests.ingestion.test_ais import appeal
from tests.ingestion.test_landing import files_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

ROWS: dict[str, list[tuple[Any, ...]]] = {
    "offices": OFFICES,
    "schedules": [("C01", 1, "09:00", "18:00", "2026-01-01", None)],
    "appeals": [
        appeal(10, topic='Справка; «ещё раз», "срочно"\nвторая строка'),
        appeal(2, office_id="C02", ended_at=None, service=None, topic="телефон 8 914 123 45 67 & <b>"),
        appeal(3, channel="Голубь"),
        appeal(4, received_at="2026-10-01 01:00:00"),
        appeal(5, received_at=None),
        appeal(10, topic="повтор"),
    ],
    "appeal_events": [
        (1, 10, "Решено", "2026-11-11 01:00:00"),
        (2, 404, "Решено", "2026-11-11 01:00:00"),
        (3, 4, "Передано", "2026-11-11 01:00:00"),
    ],
}
ENTITIES = ("offices", "schedules", "interactions", "interaction_events")


def table_csv(table: str, rows: Iterable[Sequence[Any]], encoding: str = "utf-8", separator: str = ";") -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=separator)
    writer.writerow(AIS_TABLES[table].split(", "))
    writer.writerows(rows)
    return text.getvalue().encode(encoding)


def table_xml(table: str, rows: Iterable[Sequence[Any]], encoding: str = "utf-8") -> bytes:
    columns = AIS_TABLES[table].split(", ")
    lines = [
        f'<?xml version="1.0" encoding="{encoding}"?>',
        '<export xmlns="urn:ais"><head><made>сегодня</made></head><rows>',
    ]
    for row in rows:
        cells = dict(zip(columns, row, strict=True))
        first = columns[0]  # the id stands in an attribute
        attribute = "" if cells[first] is None else f' {first}="{escape(str(cells[first]))}"'
        elements = [f"<{name}>{escape(str(cells[name]))}</{name}>" for name in columns[1:] if cells[name] is not None]
        lines.append(f"<record{attribute}>{''.join(elements)}</record>")
    return "\n".join([*lines, "</rows></export>"]).encode(encoding)


XML_ROWS = {name: {"row": "record"} for name in AIS_TABLES}


def write_files(home: Home, write: Callable[..., bytes] = table_csv, suffix: str = "csv", **changes: Any) -> None:
    for table, rows in ROWS.items():
        home.file(f"ais/{table}.{suffix}", write(table, changes.get(table, rows)))
    home.describe(ais={"files": "{home}/ais/*", "codes": AIS_CODES, "tables": XML_ROWS if suffix == "xml" else {}})


def zipped(members: dict[str, bytes | str], flag: int = 0) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as file:
        for name, text in members.items():
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.flag_bits |= flag
            file.writestr(info, text)
    return content.getvalue()


def in_1251(write: Callable[..., bytes]) -> Callable[..., bytes]:
    return lambda table, rows: write(table, rows, encoding="windows-1251")


FORMS = {
    "csv": (table_csv, "csv", False),
    "csv with the mark of UTF-8": (lambda table, rows: b"\xef\xbb\xbf" + table_csv(table, rows), "csv", False),
    "csv of commas in windows-1251": (
        lambda table, rows: table_csv(table, rows, encoding="windows-1251", separator=","),
        "csv",
        False,
    ),
    "csv of tabs": (lambda table, rows: table_csv(table, rows, separator="\t"), "txt", False),
    "xml": (table_xml, "xml", False),
    "xml in windows-1251": (in_1251(table_xml), "xml", False),
    "zip of csv in windows-1251": (in_1251(table_csv), "csv", True),
    "zip of xml": (table_xml, "xml", True),
}


@pytest.mark.parametrize("form", FORMS)
def test_files_land_what_the_database_lands(empty_home: Home, form: str) -> None:
    empty_home.ais(**ROWS)
    expected = empty_home.land("ais")
    write, suffix, is_zipped = FORMS[form]
    write_files(empty_home, write, suffix)
    if is_zipped:
        paths = sorted((empty_home.path / "ais").iterdir())
        members = {f"выгрузка/{path.name}": path.read_bytes() for path in paths}
        for path in paths:
            path.unlink()
        empty_home.file("ais/all.zip", zipped(members))
    landed = empty_home.land("ais")
    assert landed.result.status == "loaded", landed.result.messages
    for entity in ENTITIES:
        left, right = (found.frames[entity].drop("origin", "load_id") for found in (expected, landed))
        assert_frame_equal(left, right)
        assert landed.counts(entity) == expected.counts(entity)
    assert landed.result.quarantined == expected.result.quarantined
    told = [found.quarantine.select("entity", "reason", "office_id").rows() for found in (expected, landed)]
    assert sorted(map(str, told[0])) == sorted(map(str, told[1]))
    place = "ais/all.zip!appeals" if is_zipped else "ais/appeals"
    assert landed.rows("interactions", "origin") == [
        (f"{place}.{suffix}#appeals/10",),
        (f"{place}.{suffix}#appeals/2",),
    ]


def test_columns_and_files_of_a_region_are_found_by_its_mapping(empty_home: Home) -> None:
    write_files(empty_home)
    for table in ("appeals", "offices"):
        (empty_home.path / f"ais/{table}.csv").unlink()
    header = "Номер;ЦЗН;Канал;Поступило;Закрыто\n"
    rows = "1;C01;Телефон;10.11.2026 09:00;10.11.2026 09:30:15\n2;C01;Портал;2026-11-10T09:00;\n3;C01;Портал;32.13.2026 09:00;\n"
    empty_home.file(f"ais/Обращения_{WEEK}.csv", (header + rows).encode("windows-1251"))
    empty_home.file("ais/ЦЗН.CSV", "Код;Пояс\n C01 ;Asia/Yakutsk\n")
    constant = {name: {"constant": value} for name, value in (("region", "north"), ("name", "ЦЗН"))}
    tables = {
        "time_zone": "office",
        "offices": {
            "table": "цзн",
            "columns": {"office_id": "Код", "time_zone": "Пояс", "municipality": None, **constant},
        },
        "appeals": {
            "table": "Обращения_{week}",
            "columns": {
                "id": "Номер",
                "office_id": "ЦЗН",
                "channel": "Канал",
                "received_at": "Поступило",
                "ended_at": "Закрыто",
                "client_group": {"constant": "Гражданин"},
                "initiated_by": {"constant": "client"},
                **dict.fromkeys(("service", "stage_code", "client_id", "topic")),
            },
        },
    }
    empty_home.describe(ais={"files": "{home}/ais/*", "codes": AIS_CODES, "tables": tables})
    landed = empty_home.land("ais")
    assert landed.result.status == "loaded", landed.result.messages
    found = [
        (number, str(received), str(ended))
        for number, received, ended in landed.rows("interactions", "record_id", "received_at", "ended_at")
    ]
    assert found == [
        ("ais:1", "2026-11-10 00:00:00", "2026-11-10 00:30:15"),
        ("ais:2", "2026-11-10 00:00:00", "None"),
    ]
    assert ("interactions", "unreadable_date", f"ais/Обращения_{WEEK}.csv#appeals/3") in landed.refused


@pytest.mark.parametrize(("write", "suffix"), [(table_csv, "csv"), (table_xml, "xml")])
def test_week_without_a_row_is_a_true_zero(empty_home: Home, write: Callable[..., bytes], suffix: str) -> None:
    write_files(empty_home, write, suffix, appeals=[], appeal_events=[], schedules=[])
    landed = empty_home.land("ais")
    assert (landed.result.status, landed.counts("interactions")) == ("loaded", (0, 0, 0, 0))
    assert landed.counts("offices") == (2, 2, 0, 0)


def test_column_that_no_record_has_is_missing(empty_home: Home) -> None:
    write_files(empty_home, table_xml, "xml")
    empty_home.file("ais/appeals.xml", "<r><record><id>1</id><topic>x</topic></record></r>")
    empty_home.describe(ais={"files": "{home}/ais/*", "codes": AIS_CODES, "tables": {**XML_ROWS, "appeals": {}}})
    (line,) = empty_home.land("ais").result.messages
    assert line.startswith(f"{WEEK}: ais/appeals.xml: нет столбцов office_id, channel, client_group, initiated_by, ")


def test_row_of_another_length_is_set_aside_and_no_other(empty_home: Home) -> None:
    write_files(empty_home)
    content = table_csv("appeals", [appeal(1), appeal(2)]) + "3;C01;Телефон\n4;C01;а;б;в;г;д;е;client;;;;\n\n".encode()
    empty_home.file("ais/appeals.csv", content + table_csv("appeals", [appeal(5)]).split(b"\n", 1)[1])
    landed = empty_home.land("ais")
    assert landed.ids("interactions") == ["ais:1", "ais:2", "ais:5"]
    assert ("interactions", "wrong_shape", "ais/appeals.csv#4") in landed.refused
    assert landed.counts("interactions")[0] == 5


def _replace(name: str, content: bytes) -> Callable[[Home], Any]:
    def change(home: Home) -> None:
        for path in (home.path / "ais").glob(f"{name.split('.')[0]}.*"):
            path.unlink()
        home.file(f"ais/{name}", content)

    return change


BOMB = b"""<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;">]><rows><record><id>&c;</id></record></rows>"""
OUTSIDE = b"""<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><r><record><topic>&x;</topic></record></r>"""
REMOTE = b"""<?xml version="1.0"?><!DOCTYPE r SYSTEM "http://127.0.0.1:1/evil.dtd"><r><record/></r>"""
HEAD = table_csv("appeals", [])
BROKEN: dict[str, tuple[Callable[[Home], Any], str]] = {
    "entity bomb": (_replace("appeals.xml", BOMB), "ais/appeals.xml: в XML есть DOCTYPE или сущности"),
    "external entity": (_replace("appeals.xml", OUTSIDE), "в XML есть DOCTYPE или сущности"),
    "external DTD": (_replace("appeals.xml", REMOTE), "в XML есть DOCTYPE или сущности"),
    "unclosed XML": (_replace("appeals.xml", b"<rows><record><id>1</id></record><record>"), "не XML (после записи 1)"),
    "no XML": (_replace("appeals.xml", b"id;office_id"), "не XML (после записи 0)"),
    "unknown encoding": (_replace("appeals.xml", b'<?xml version="1.0" encoding="x-klingon"?><r/>'), "не XML"),
    "deep XML": (_replace("appeals.xml", b"<r>" + b"<a>" * 100_000), "теги вложены глубже 64"),
    "wrong bytes": (_replace("appeals.xml", "<r><record><topic>Тема</topic></record></r>".encode("windows-1251")), "не XML"),
    "empty CSV": (_replace("appeals.csv", b""), "файл пуст, нет даже заголовка"),
    "column twice": (_replace("appeals.csv", b"id;topic;id\n"), "столбец id стоит дважды"),
    "column missing": (_replace("appeals.csv", b"id;topic\n"), "ais/appeals.csv: нет столбцов office_id, channel"),
    "open quotes": (_replace("appeals.csv", HEAD + b'1;"C01'), "кавычки не закрыты"),
    "all rows of another length": (_replace("appeals.csv", HEAD + b"1;2\n" * 2000), "строки не той длины"),
    "unknown kind": (_replace("appeals.xlsx", b"PK"), "нужен файл .csv или .xml"),
    "no file": (lambda home: (home.path / "ais/appeals.csv").unlink(), "нет файла appeals (.csv или .xml)"),
    "two files": (lambda home: home.file("ais/Appeals.txt", HEAD), "файл appeals есть несколько раз"),
    "no zip": (_replace("appeals.zip", b"no zip"), "архив повреждён"),
    "zip in a zip": (_replace("appeals.zip", zipped({"appeals.csv": HEAD, "inner.zip": zipped({"a.csv": HEAD})})), "внутри архива ещё один архив"),
    "way out": (_replace("appeals.zip", zipped({"../../appeals.csv": HEAD})), "ведёт за пределы архива"),
    "way out of Windows": (_replace("appeals.zip", zipped({"..\\appeals.csv": HEAD})), "ведёт за пределы архива"),
    "absolute way": (_replace("appeals.zip", zipped({"/etc/appeals.csv": HEAD})), "ведёт за пределы архива"),
    "drive": (_replace("appeals.zip", zipped({"C:appeals.csv": HEAD})), "ведёт за пределы архива"),
    "bomb": (_replace("appeals.zip", zipped({"appeals.csv": b"0" * (32 << 20)})), "похоже на бомбу"),
    "cut zip": (_replace("appeals.zip", zipped({"appeals.csv": HEAD * 500})[:-300]), "архив повреждён"),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_file_that_cannot_be_read_is_no_source_with_one_line(empty_home: Home, name: str) -> None:
    write_files(empty_home)
    change, part = BROKEN[name]
    change(empty_home)
    described = {"files": "{home}/ais/*", "codes": AIS_CODES, "tables": {"appeals": {"row": "record"}}}
    empty_home.describe(ais=described)
    landed = empty_home.land("ais")
    assert landed.result.status == "no_source"
    (line,) = landed.result.messages
    assert part in line
    assert not [path for path in empty_home.path.parent.rglob("*") if path.name == "inner.zip"]


def test_zip_that_lies_about_its_sizes_is_refused_while_it_is_read(
    empty_home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_files(empty_home)
    content = bytearray(zipped({"appeals.csv": HEAD + b"1;C01\n" * 1000}))
    real = len(HEAD) + 6000
    at = content.rindex(real.to_bytes(4, "little"))  # of the list at the end, which readers believe
    content[at : at + 4] = (10).to_bytes(4, "little")
    _replace("appeals.zip", bytes(content))(empty_home)
    landed = empty_home.land("ais")
    assert landed.result.status == "no_source"
    assert "ais/appeals.zip" in landed.result.messages[0]
    monkeypatch.setattr(archive, "MAX_UNPACKED", 100)
    _replace("appeals.csv", HEAD + b"1;C01\n" * 1000)(empty_home)
    assert "файл больше" in empty_home.land("ais").result.messages[0]


@pytest.mark.parametrize("content", [HEAD + b'1;"' + b"x" * 5000, b"<r><record><topic>" + b"x" * 5000])
def test_row_without_an_end_is_refused_before_memory_is_full(
    empty_home: Home, monkeypatch: pytest.MonkeyPatch, content: bytes
) -> None:
    write_files(empty_home)
    monkeypatch.setattr(archive, "MAX_ROW", 2000)
    _replace("appeals.csv" if content.startswith(b"id") else "appeals.xml", content)(empty_home)
    assert "запись длиннее" in empty_home.land("ais").result.messages[0]


def test_archive_closed_by_a_password_is_told(empty_home: Home) -> None:
    write_files(empty_home)
    content = bytearray(zipped({"appeals.csv": HEAD}))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + offset] |= 1
    _replace("appeals.zip", bytes(content))(empty_home)
    assert "архив закрыт паролем" in empty_home.land("ais").result.messages[0]


def test_russian_names_in_an_archive_of_windows_are_read(empty_home: Home) -> None:
    write_files(empty_home)
    (empty_home.path / "ais/appeals.csv").unlink()
    name = "Обращения.csv"
    content = zipped({"x" * len(name): table_csv("appeals", [appeal(1)])}).replace(
        b"x" * len(name), name.encode("cp866")
    )
    empty_home.file("ais/all.zip", content)
    tables = {"appeals": {"table": "обращения"}}
    empty_home.describe(ais={"files": "{home}/ais/*", "codes": AIS_CODES, "tables": tables})
    landed = empty_home.land("ais")
    assert landed.rows("interactions", "origin") == [("ais/all.zip!Обращения.csv#appeals/1",)]


def test_same_files_are_the_same_load_and_leave_nothing_behind(empty_home: Home) -> None:
    write_files(empty_home)
    found = []
    for _ in range(2):
        landed = empty_home.land("ais")
        found.append(files_of(empty_home.path))
    assert found[0] == found[1]
    assert sorted(landed.manifest["inputs"]) == [f"ais/{name}.csv" for name in sorted(ROWS)]
    changed = [appeal(1, topic="иное")]
    write_files(empty_home, appeals=changed)
    assert empty_home.land("ais").manifest["load_id"] != landed.manifest["load_id"]


def test_disk_too_small_for_the_files_leaves_the_week_as_it_was(
    empty_home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_files(empty_home)
    empty_home.land("ais")
    old = files_of(empty_home.path)
    real = sqlite3.connect

    def small(path: str, *arguments: Any, **named: Any) -> sqlite3.Connection:
        connection = real(path, *arguments, **named)
        connection.execute("pragma max_page_count = 8")
        return connection

    monkeypatch.setattr(exports.sqlite3, "connect", small)
    write_files(empty_home, appeals=[appeal(number, topic="слово " * 500) for number in range(200)])
    with pytest.raises(IngestionError, match="нет места"):
        land("ais", WEEK, empty_home.settings)
    assert files_of(empty_home.path) == old


def test_nothing_of_the_files_is_left_in_temporary_folders(
    empty_home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setenv("SQLITE_TMPDIR", str(temporary))
    seen: list[list[Path]] = []
    real = exports._file_of
    monkeypatch.setattr(exports, "_file_of", lambda *found: (seen.append(list(temporary.iterdir())), real(*found))[1])
    write_files(empty_home, appeals=[appeal(number, topic="слово " * 500) for number in range(5000)])
    assert empty_home.land("ais").counts("interactions")[1] == 5000
    assert seen == [[], [], [], []]
    assert list(temporary.iterdir()) == []
