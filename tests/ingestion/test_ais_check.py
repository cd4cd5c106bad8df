"""The dry run of the AIS: what a region is told before it loads a week, and that nothing lands."""

from __future__ import annotations

import sqlite3
from typing import Any

import polars as pl
import pytest

from ingestion.extract import Context, NotConfiguredError, SourceError
from ingestion.privacy import Pseudonyms
from ingestion.region import load_region
from ingestion.run import REGISTER
from ingestion.sources.ais.check import missing_columns
from tests.ingestion.home import AIS_CODES, WEEK, Home
from tests.ingestion.test_ais import appeal
from tests.ingestion.test_ais_files import write_files

MOMENT = "2026-11-11 01:00:00"


def context_of(home: Home) -> Context:
    region = load_region(home.settings)
    register = pl.DataFrame(schema=REGISTER)
    return Context(WEEK, home.settings, region, Pseudonyms(b"test"), register)


def test_sound_ais_is_told_so_and_nothing_lands(empty_home: Home) -> None:
    path = empty_home.ais(
        appeals=[appeal(1), appeal(2, received_at="2026-10-01 00:00:00", channel="Голубь")],
        appeal_events=[(1, 1, "Решено", MOMENT)],
    )
    before = path.read_bytes()
    check = missing_columns(context_of(empty_home))
    assert check.is_sound
    assert (
        check.lines()
        == [
            "offices (таблица offices): все столбцы на месте",
            "schedules (таблица schedules): все столбцы на месте",
            "appeals (таблица appeals): все столбцы на месте, строк за неделю: 1",
            "appeal_events (таблица appeal_events): все столбцы на месте, строк за неделю: 1",
            "appeals: channel: за неделю не встретились коды Портал",
            "appeals: stage_code: за неделю не встретились коды 02",
            "appeal_events: event_type: за неделю не встретились коды Передано",
            "appeal_events: direction: за неделю не встретились коды Вышестоящим",
        ][: len(check.lines())]
    )
    assert path.read_bytes() == before
    assert sorted(found.name for found in empty_home.path.iterdir()) == ["ais.db", "region.yml"]


def test_missing_tables_and_columns_are_all_named_at_once(empty_home: Home) -> None:
    with sqlite3.connect(empty_home.ais(appeals=[appeal(1)])) as connection:
        connection.execute("drop table schedules")
        connection.execute("alter table appeals drop column topic")
        connection.execute("alter table appeals drop column stage_code")
        connection.execute("alter table offices rename column time_zone to zone")
    connection.close()
    tables = {"appeals": {"columns": {"client_id": "СНИЛС"}}}
    empty_home.describe(ais={"url": "sqlite:///{home}/ais.db", "codes": AIS_CODES, "tables": tables})
    check = missing_columns(context_of(empty_home))
    assert not check.is_sound
    assert [(table.entity, table.is_there, list(table.missing)) for table in check.tables] == [
        ("offices", True, ["time_zone"]),
        ("schedules", False, []),
        ("appeals", True, ["stage_code", "client_id", "topic"]),
        ("appeal_events", True, []),
    ]
    assert check.lines()[:3] == [
        "offices (таблица offices): нет time_zone (столбец time_zone); назовите столбцы в tables.offices.columns",
        "schedules (таблица schedules): такой таблицы нет; назовите её в tables.schedules.table или дайте к ней доступ",
        "appeals (таблица appeals): нет stage_code (столбец stage_code), client_id (столбец СНИЛС), topic (столбец topic); назовите столбцы в tables.appeals.columns",
    ]


def test_values_that_are_no_codes_are_told_with_their_numbers_ten_at_most(empty_home: Home) -> None:
    rows = [appeal(number, channel=f"Канал {number % 12:02}") for number in range(150)]
    rows += [appeal(1000, channel="Портал"), appeal(1001, initiated_by="кто-то"), appeal(1002, channel=None)]
    rows += [appeal(2000, channel="Прошлый", received_at="2026-11-01 00:00:00")]
    empty_home.ais(appeals=rows, appeal_events=[(1, 1, "Забыто", MOMENT), (2, 1, " Решено ", MOMENT)])
    check = missing_columns(context_of(empty_home))
    found = {(codes.entity, codes.column): codes for codes in check.codes}
    channel = found["appeals", "channel"]
    assert channel.unknown_values == 12
    assert channel.unknown[0][1] == 13
    assert len(channel.unknown) == 10
    assert "Прошлый" not in "".join(check.lines())
    assert "«Канал 00» — 13" in "".join(channel.lines())
    assert " и ещё 2; добавьте их в описание региона" in channel.lines()[0]
    assert found["appeals", "initiated_by"].unknown == [("кто-то", 1)]
    assert found["appeal_events", "event_type"].unknown == [("Забыто", 1)]
    assert found["appeal_events", "event_type"].unused == ["Передано"]
    assert check.is_sound


def test_people_are_never_shown_even_from_a_wrong_column(empty_home: Home) -> None:
    rows = [appeal(number, topic=f"8914{number:07}") for number in range(500)]
    empty_home.ais(appeals=[*rows, appeal(900, stage_code="Звоните 8 914 123 45 67")])
    tables = {"appeals": {"columns": {"channel": "topic"}}}
    empty_home.describe(ais={"url": "sqlite:///{home}/ais.db", "codes": AIS_CODES, "tables": tables})
    text = "\n".join(missing_columns(context_of(empty_home)).lines())
    assert "appeals: channel: разных значений больше 200, это не коды; проверьте, тот ли столбец назван" in text
    assert "8914" not in text
    assert "914 123" not in text
    assert "[ТЕЛЕФОН]" in text


def test_constant_that_is_no_code_is_told(empty_home: Home) -> None:
    empty_home.ais(appeals=[appeal(1)])
    tables = {"appeals": {"columns": {"channel": {"constant": "Факс"}, "service": {"constant": "Пособие"}}}}
    empty_home.describe(ais={"url": "sqlite:///{home}/ais.db", "codes": AIS_CODES, "tables": tables})
    check = missing_columns(context_of(empty_home))
    found = {codes.column: codes for codes in check.codes}
    assert found["channel"].unknown == [("Факс", 0)]
    assert (found["service"].unknown, found["service"].unused) == ([], [])


def test_files_are_checked_as_a_database_is(empty_home: Home) -> None:
    write_files(empty_home)
    check = missing_columns(context_of(empty_home))
    assert check.is_sound
    assert "appeals (таблица ais/appeals.csv): все столбцы на месте, строк за неделю: 5" in check.lines()
    assert "appeals: channel: нет в codes.channel: «Голубь» — 1; добавьте их в описание региона" in check.lines()
    empty_home.file("ais/appeals.csv", "id;Тема\n1;x\n")
    check = missing_columns(context_of(empty_home))
    assert not check.is_sound
    assert list(check.tables[2].missing)[:2] == ["office_id", "channel"]


@pytest.mark.parametrize(
    ("described", "kind", "part"),
    [
        (None, NotConfiguredError, "источник не настроен"),
        ({"url": "sqlite:///{home}/none.db"}, SourceError, "файла базы нет"),
        ({"files": "{home}/none/*"}, SourceError, "нет файла"),
        ({"url": "mssql+pyodbc://host/base"}, SourceError, "нет драйвера pyodbc; установите его: pip install pyodbc"),
    ],
)
def test_ais_that_cannot_be_opened_is_told_in_one_line(
    empty_home: Home, described: dict[str, Any] | None, kind: type[Exception], part: str
) -> None:
    empty_home.describe(ais=described)
    with pytest.raises(kind) as told:
        missing_columns(context_of(empty_home)).lines()
    assert part in str(told.value)
    assert "\n" not in str(told.value)


def test_broken_database_is_told_where_it_breaks(empty_home: Home) -> None:
    with sqlite3.connect(empty_home.ais(appeals=[appeal(1)])) as connection:
        connection.execute("update appeals set channel = cast(x'C8E2E0ED' as text)")
    connection.close()
    check = missing_columns(context_of(empty_home))
    assert not check.is_sound
    assert check.lines()[-1] == "база ais.db: текст в базе не в UTF-8; исправьте его в источнике"
