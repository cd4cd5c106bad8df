"""The AIS as a database that cannot be read: absent, broken, locked, without a table."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import pytest

from ingestion.sources.ais import database as ais
from tests.ingestion.home import Home
from tests.ingestion.test_ais import appeal

if TYPE_CHECKING:
    from pathlib import Path


def test_absent_database_is_no_source_and_is_not_created(empty_home: Home) -> None:
    landed = empty_home.land("ais")
    assert landed.result.messages == [
        "2026-W46: база ais.db: файла базы нет или он закрыт для чтения; проверьте путь в описании региона"
    ]
    assert not (empty_home.path / "ais.db").exists()


@pytest.mark.parametrize(
    ("content", "part"),
    [(b"", "no such table: offices"), (b"\x00\x01" * 4000, "файл не является базой"), (b"SQLite format 3\x00", "база")],
    ids=["empty", "not a database", "header only"],
)
def test_broken_file_is_no_source(empty_home: Home, content: bytes, part: str) -> None:
    empty_home.file("ais.db", content)
    landed = empty_home.land("ais")
    assert landed.result.status == "no_source"
    assert part in landed.result.messages[0]


@pytest.mark.parametrize(
    ("statement", "part"),
    [
        ("drop table appeal_events", "no such table: appeal_events"),
        ("alter table appeals drop column stage_code", "в таблице appeals нет столбцов stage_code"),
        ("alter table offices rename column time_zone to zone", "в таблице offices нет столбцов time_zone"),
    ],
)
def test_missing_table_or_column_is_named(empty_home: Home, statement: str, part: str) -> None:
    with sqlite3.connect(empty_home.ais(appeals=[appeal()])) as connection:
        connection.execute(statement)
    connection.close()
    landed = empty_home.land("ais")
    assert landed.result.status == "no_source"
    assert part in landed.result.messages[0]
    assert "проверьте адрес, доступ, таблицы и столбцы" in landed.result.messages[0]


def test_locked_database_is_no_source_once_the_wait_is_over(empty_home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ais, "WAIT_SECONDS", 0)
    holder = sqlite3.connect(empty_home.ais(appeals=[appeal()]), isolation_level=None)
    holder.execute("begin exclusive")
    landed = empty_home.land("ais")
    assert landed.result.messages == ["2026-W46: база ais.db: база занята другой программой; закройте её и повторите"]
    holder.close()
    assert empty_home.land("ais").ids("interactions") == ["ais:1"]


def test_wait_for_a_lock_is_bounded() -> None:
    assert ais.WAIT_SECONDS <= 30


@pytest.mark.parametrize(
    ("url", "part"),
    [
        ("это не адрес", "база ais"),
        ("oracle9://host/база", "база база"),
        ("mssql+pyodbc://host/base", "нет драйвера"),
        ("sqlite://", "no such table"),
        ("postgresql+psycopg://nobody:secret@127.0.0.1:1/base", "база base"),
    ],
)
def test_wrong_address_is_no_source_and_shows_no_password(empty_home: Home, url: str, part: str) -> None:
    empty_home.describe(ais={"url": url})
    landed = empty_home.land("ais")
    assert landed.result.status == "no_source"
    assert part in landed.result.messages[0]
    assert "secret" not in str(landed.manifest)


def test_folder_with_signs_of_an_address_in_its_name_is_read(tmp_path: Path) -> None:
    home = Home(tmp_path / "дом?mode=rw#100%25")
    home.describe()
    home.ais(appeals=[appeal()])
    assert home.land("ais").ids("interactions") == ["ais:1"]


def test_text_that_is_not_utf8_fails_the_source_without_being_quoted(empty_home: Home) -> None:
    with sqlite3.connect(empty_home.ais(appeals=[appeal()])) as connection:
        connection.execute("update appeals set topic = cast(x'C8E2E0EDEEE2' as text)")
    connection.close()
    landed = empty_home.land("ais")
    assert landed.result.messages == ["2026-W46: база ais.db: текст в базе не в UTF-8; исправьте его в источнике"]
