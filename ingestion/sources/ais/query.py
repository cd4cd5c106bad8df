"""Queries of the AIS: built by SQLAlchemy, which quotes every name; read in chunks, as text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import polars as pl
import sqlalchemy
from sqlalchemy import types
from sqlalchemy.exc import NoSuchTableError

from ingestion.contract import TEXT
from ingestion.extract import SourceError
from ingestion.sources.ais.config import COLUMNS, MOMENT_OF_WEEK, OFFICE_TIME, names
from ingestion.weeks import ZONES, bounds, local_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sqlalchemy import ColumnElement, FromClause, Select
    from sqlalchemy.engine import Connection
    from sqlalchemy.types import TypeEngine

    from ingestion.sources.ais.mapping import Shape

CHUNK = 25_000
_ORDER = {
    "offices": ("office_id", "name"),
    "schedules": ("office_id", "weekday", "valid_from", "opens_at"),
    "appeals": ("id", "received_at"),
    "appeal_events": ("id", "occurred_at"),
}
_CLOCK_CHANGE = timedelta(hours=1)  # an hour that a zone has twice may stand on the wrong side of a bound


@dataclass(frozen=True)
class Window:
    """The week as each moment of it may be written: in UTC, or in a zone."""

    week: str
    zones: list[str]

    def of(self, zone: str) -> tuple[datetime, datetime]:
        """Bounds between which the week of every centre lies, as moments are written in a zone."""
        if zone == OFFICE_TIME:  # every centre begins its week at its own midnight
            return bounds(self.week, "UTC")
        weeks = [bounds(self.week, centre) for centre in self.zones]
        start, finish = min(start for start, _ in weeks), max(finish for _, finish in weeks)
        if zone == "UTC":
            return start, finish
        return local_of(start, zone) - _CLOCK_CHANGE, local_of(finish, zone) + _CLOCK_CHANGE


def window(week: str, zone: str, register: pl.DataFrame) -> Window:
    """The week of all centres; those of other zones than the region's make it a little wider."""
    return Window(week, sorted({zone, *(name for name in register["time_zone"].to_list() if name in ZONES)}))


def table_of(shape: Shape) -> FromClause:
    """The table of a shape with the columns that are read of it. Names go to SQLAlchemy, never into a text."""
    schema, _, name = shape.table.rpartition(".")
    columns = (sqlalchemy.column(column) for column in dict.fromkeys(shape.read.values()))
    return sqlalchemy.table(name, *columns, schema=schema or None)


def present_columns(connection: Connection, shape: Shape) -> set[str]:
    """Columns that a table has, in lower case."""
    everything = (
        sqlalchemy.select(sqlalchemy.literal_column("*")).select_from(table_of(shape)).where(sqlalchemy.false())
    )
    return {name.casefold() for name in connection.execute(everything).keys()}  # noqa: SIM118  of a result, not of a dict


def column_types(connection: Connection, shape: Shape) -> dict[str, TypeEngine[Any]] | None:
    """Types of the columns that a table has, by name in lower case; None where there is no such table."""
    schema, _, name = shape.table.rpartition(".")
    try:
        found = sqlalchemy.inspect(connection).get_columns(name, schema=schema or None)
    except NoSuchTableError:
        return None
    return {column["name"].casefold(): column["type"] for column in found}


def checked(connection: Connection, shape: Shape, name: str) -> Shape:
    """The shape without the optional columns that its table lacks.

    Raises:
        SourceError: a column that must be there is not.
    """
    present = present_columns(connection, shape)
    if missing := shape.missing(present):
        raise SourceError(
            f"база {name}: в таблице {shape.table} нет столбцов {names(missing)}; "
            "проверьте адрес, доступ, таблицы и столбцы"
        )
    return shape.of_present(present)


def in_week(connection: Connection, shape: Shape, rows: FromClause, week: Window) -> ColumnElement[bool]:
    """Rows of the week. One without a moment is of no week, so every week tells of it."""
    value = shape.values[MOMENT_OF_WEEK[shape.entity]]
    assert value.column is not None
    moment = rows.c[value.column]
    is_sqlite = connection.dialect.name == "sqlite"
    kind = None if is_sqlite else (column_types(connection, shape) or {}).get(value.column.casefold())
    start, finish = week.of("UTC" if getattr(kind, "timezone", False) else value.zone)
    if not is_sqlite and not isinstance(kind, types.String):
        return sqlalchemy.or_(sqlalchemy.and_(moment >= start, moment < finish), moment.is_(None))
    # Written with a T, moments of a day sort after all that are written with a space. What does not begin with
    # 200…209 is no moment of ours, sorts outside of these bounds, and the index finds it.
    first, last = f"{start:%Y-%m-%d %H:%M:%S}", f"{finish:%Y-%m-%dT%H:%M:%S}"
    inside = sqlalchemy.and_(moment >= first, moment < last)
    return sqlalchemy.or_(inside, moment.is_(None), moment < "2000", moment >= "21")


def select(connection: Connection, shape: Shape, week: Window | None, appeals: Shape | None = None) -> Select[Any]:
    """The query of a table.

    Args:
        connection: of the database.
        shape: of the table.
        week: None to read the table whole.
        appeals: of events: the table that knows their centres, where they do not say them themselves.
    """
    table = table_of(shape)
    rows = table.alias("own")
    columns = [rows.c[column].label(name) for name, column in shape.read.items()]
    source: FromClause = rows
    if appeals is not None:
        known = table_of(appeals).alias("known")
        key = known.c[appeals.read["id"]]
        columns.append(key.label("known_appeal"))
        if (office := appeals.read.get("office_id")) is not None:
            columns.append(known.c[office].label("office_id"))
        source = rows.outerjoin(known, key == rows.c[shape.read["appeal_id"]])
    query = sqlalchemy.select(*columns).select_from(source)
    query = query.order_by(*(rows.c[shape.read[name]] for name in _ORDER[shape.entity] if name in shape.read))
    return query if week is None else query.where(in_week(connection, shape, rows, week))


def stream(connection: Connection, query: Select[Any]) -> Iterator[pl.DataFrame]:
    """Rows of a query as text, chunk by chunk: a column of SQLite may hold a number here and a text there."""
    result = connection.execute(query, execution_options={"stream_results": True, "yield_per": CHUNK})
    schema = dict.fromkeys(result.keys(), TEXT)
    with result:
        for rows in result.partitions():
            yield pl.DataFrame([_texts(column) for column in zip(*rows, strict=True)], schema=schema)


def completed(frame: pl.DataFrame, shape: Shape) -> pl.DataFrame:
    """The frame with all our columns: constants and nothing in their places, values in the words of the product."""
    values = [(name, shape.values[name]) for name in COLUMNS[shape.entity] if name not in frame.columns]
    frame = frame.with_columns(pl.lit(value.constant, TEXT).alias(name) for name, value in values)
    return frame.with_columns(
        pl.col(name).str.strip_chars().replace(value.values)
        for name, value in shape.values.items()
        if value.values is not None
    )


def _texts(values: tuple[Any, ...]) -> pl.Series:
    try:
        return pl.Series(values, dtype=TEXT)
    except TypeError:  # not texts throughout
        return pl.Series([None if value is None else _text(value) for value in values], dtype=TEXT)


def _text(value: Any) -> str:
    return value.decode("utf-8", errors="replace") if isinstance(value, bytes) else str(value)
