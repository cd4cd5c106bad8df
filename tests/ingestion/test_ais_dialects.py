"""Databases of other kinds than those that the tests can start: what is said to them, and what to install."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import pytest
import sqlalchemy
from sqlalchemy.dialects import mssql, oracle, postgresql, sqlite

from ingestion.extract import SourceError
from ingestion.sources.ais.config import Mapping
from ingestion.sources.ais.dialects import connect, session_statements, told
from ingestion.sources.ais.mapping import shapes
from ingestion.sources.ais.query import select, window
from ingestion.sources.ais.rows import register_of
from tests.ingestion.home import WEEK
from tests.ingestion.test_ais import appeal
from tests.ingestion.test_ais_check import context_of

if TYPE_CHECKING:
    from sqlalchemy.engine import Dialect

    from tests.ingestion.home import Home

DIALECTS = {
    "oracle": oracle.dialect(),
    "mssql": mssql.dialect(),
    "postgresql": postgresql.dialect(),
    "sqlite": sqlite.dialect(),
}
TABLES = {
    "appeals": {
        "table": 'crm.APP"EALS; drop table x',
        "columns": {"id": "NUMBER", "topic": 'Тема"]; drop table y --', "received_at": "order"},
    }
}


class Talk:
    """As much of a connection as a query is made with; the types of its columns nobody knows."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect


@pytest.mark.parametrize("name", DIALECTS)
def test_names_are_quoted_in_the_way_of_each_database(
    empty_home: Home, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialect = DIALECTS[name]
    monkeypatch.setattr("ingestion.sources.ais.query.column_types", lambda *_: None)
    empty_home.describe(ais={"url": "sqlite://", "tables": TABLES})
    context = context_of(empty_home)
    found = shapes(context.region.sources.ais, context)  # type: ignore[arg-type]
    register = register_of(context.register.with_columns(office_id="office_id"))
    week = window(WEEK, "Asia/Yakutsk", register)
    query = select(Talk(dialect), found["appeals"], week)  # type: ignore[arg-type]
    text = str(query.compile(dialect=dialect))
    opening, closing = ("[", "]") if name == "mssql" else ('"', '"')

    def quoted(text: str) -> str:
        return opening + text.replace(closing, closing * 2) + closing

    assert f"crm.{quoted(TABLES['appeals']['table'].split('.')[1])}" in text  # type: ignore[union-attr,attr-defined]
    assert f"own.{quoted(TABLES['appeals']['columns']['topic'])} AS topic" in text  # type: ignore[index]
    assert f"own.{quoted('order')} >= " in text
    joined = select(Talk(dialect), found["appeal_events"], week, found["appeals"])  # type: ignore[arg-type]
    assert "LEFT OUTER JOIN" in str(joined.compile(dialect=dialect))


def test_sessions_read_only_and_do_not_wait_for_ever() -> None:
    postgres = "; ".join(session_statements("postgresql", wait=10, timeout=600))
    assert "read only" in postgres
    assert "statement_timeout = '600s'" in postgres
    assert "lock_timeout = '10s'" in postgres
    assert session_statements("oracle", wait=10, timeout=600)[-1] == "set transaction read only"
    assert session_statements("mssql", wait=10, timeout=600) == ["set lock_timeout 10000"]
    assert session_statements("sqlite", wait=10, timeout=600) == []


def test_sqlite_cannot_be_written(empty_home: Home) -> None:
    path = empty_home.ais(appeals=[appeal(1)])
    with (
        connect(sqlalchemy.make_url(f"sqlite:///{path}"), wait=1, timeout=1) as connection,
        pytest.raises(sqlalchemy.exc.OperationalError, match="readonly database"),
    ):
        connection.exec_driver_sql("delete from appeals")
    with sqlite3.connect(path) as again:
        assert again.execute("select count(*) from appeals").fetchone() == (1,)
    again.close()


@pytest.mark.parametrize(
    ("url", "driver"),
    [
        ("mssql+pyodbc://host/base", "pyodbc"),
        ("mssql+pymssql://host/base", "pymssql"),
        ("oracle+oracledb://user:secret@host/?service_name=base", "oracledb"),
        ("mysql+pymysql://host/base", "pymysql"),
    ],
)
def test_driver_that_is_not_installed_is_named(url: str, driver: str) -> None:
    with pytest.raises(SourceError) as found, told("base"):
        connect(sqlalchemy.make_url(url), wait=1, timeout=1)
    assert str(found.value) == f"база base: для неё нет драйвера {driver}; установите его: pip install {driver}"


def test_mapping_without_a_word_is_our_names() -> None:
    assert Mapping.model_validate({}) == Mapping()
