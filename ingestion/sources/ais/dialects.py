"""What differs between kinds of databases: how to connect for reading only, how long to wait, what an error means."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import sqlalchemy
from sqlalchemy import event
from sqlalchemy.exc import SQLAlchemyError

from ingestion.extract import SourceError
from ingestion.privacy import redact_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.engine import URL, Connection, Engine

_ADVICE = {
    "database is locked": "база занята другой программой; закройте её и повторите",
    "unable to open": "файла базы нет или он закрыт для чтения; проверьте путь в описании региона",
    "not a database": "файл не является базой SQLite или повреждён; восстановите его",
    "malformed": "файл базы повреждён; восстановите его",
    "Could not decode": "текст в базе не в UTF-8; исправьте его в источнике",
    "lock timeout": "таблица занята другой программой; закройте её и повторите",
    "statement timeout": "запрос не успел выполниться; добавьте индекс по времени или увеличьте timeout_seconds",
    **dict.fromkeys(
        (
            "terminating connection",
            "server closed the connection",
            "consuming input failed",
            "connection is closed",
            "connection is lost",
            "the connection is bad",
        ),
        "связь с базой прервалась во время чтения; повторите загрузку",
    ),
}
# PostgreSQL writes values as text itself: faster, and no date is beyond what Python can hold.
_AS_TEXT = (
    *("int2", "int4", "int8", "numeric", "float4", "float8", "bool", "uuid"),
    *("date", "time", "timetz", "timestamp", "timestamptz"),
)
_KEEP_ALIVE = {"keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3}  # a server that has vanished


@contextmanager
def told(name: str) -> Iterator[None]:
    """Errors of a database are told in one line.

    Args:
        name: of the database, as it stands in messages.

    Raises:
        SourceError: the database cannot be read.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        driver = error.name or "для SQLAlchemy"
        raise SourceError(f"база {name}: для неё нет драйвера {driver}; установите его: pip install {driver}") from None
    except (SQLAlchemyError, ImportError) as error:
        reason = " ".join(str(getattr(error, "orig", None) or error).split())
        advice = next((advice for mark, advice in _ADVICE.items() if mark in reason), None)
        # the driver may quote what it has read
        raise SourceError(
            f"база {name}: {advice}"
            if advice
            else f"база {name} не читается: {redact_text(reason)[:300]}; проверьте адрес, доступ, таблицы и столбцы"
        ) from None


def connect(url: URL, *, wait: int, timeout: int) -> Connection:
    """Open a connection that only reads, all of it as of one moment where the database can do that.

    Args:
        url: its address.
        wait: seconds to wait for the server, and for a lock that somebody holds.
        timeout: seconds that one statement may take.
    """
    kind = url.get_backend_name()
    arguments: dict[str, Any] = {}
    if kind == "sqlite":  # it would make an empty file of a wrong path
        arguments = {"timeout": wait}
        url = url.set(database=f"file:{quote(url.database or '')}").update_query_dict({"mode": "ro", "uri": "true"})
    elif kind == "postgresql":
        arguments = {"connect_timeout": wait, **_KEEP_ALIVE}
    elif kind == "oracle":
        arguments = {"tcp_connect_timeout": wait}
    elif kind == "mssql":
        arguments = {"login_timeout": wait, "timeout": timeout} if "pymssql" in url.drivername else {"timeout": wait}
    engine = sqlalchemy.create_engine(url, connect_args=arguments, poolclass=sqlalchemy.NullPool)
    _prepare(engine, timeout)
    connection = engine.connect()
    try:
        return _session(connection, wait, timeout)
    except BaseException:
        connection.close()
        raise


def _prepare(engine: Engine, timeout: int) -> None:
    """What is set on the connection of the driver itself."""

    def connected(raw: Any, _record: Any) -> None:
        if engine.driver == "psycopg":
            from psycopg.types.string import TextLoader

            for name in _AS_TEXT:
                raw.adapters.register_loader(name, TextLoader)
        elif engine.driver == "oracledb":
            raw.call_timeout = timeout * 1000
        elif engine.driver == "pyodbc":
            raw.timeout = timeout

    event.listen(engine, "connect", connected)


def session_statements(kind: str, *, wait: int, timeout: int) -> list[str]:
    """Statements that make a session read only, bounded in time, and its moments UTC.

    Args:
        kind: name of SQLAlchemy's dialect.
        wait: seconds to wait for a lock.
        timeout: seconds that one statement may take.
    """
    return {
        "postgresql": [  # set for the transaction alone: the connection may belong to a pool of the region
            "set transaction isolation level repeatable read, read only",
            f"set local statement_timeout = '{timeout}s'",
            f"set local lock_timeout = '{wait}s'",
            "set local time zone 'UTC'",
            "set local datestyle = 'ISO, YMD'",
        ],
        "oracle": ["alter session set time_zone = '+00:00'", "set transaction read only"],
        "mssql": [f"set lock_timeout {wait * 1000}"],
    }.get(kind, [])


def _session(connection: Connection, wait: int, timeout: int) -> Connection:
    for statement in session_statements(connection.dialect.name, wait=wait, timeout=timeout):
        connection.exec_driver_sql(statement)
    return connection
