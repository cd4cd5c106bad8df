"""A dry run of the AIS: which tables and columns are missing or of no use, and which codes nobody knows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import polars as pl
import sqlalchemy
from sqlalchemy import types

from ingestion.contract import INITIATORS
from ingestion.extract import Extract, NotConfiguredError, SourceError, stripped
from ingestion.privacy import redact_text
from ingestion.sources.ais.config import COLUMNS, MOMENT_OF_WEEK, names
from ingestion.sources.ais.database import WAIT_SECONDS
from ingestion.sources.ais.dialects import told
from ingestion.sources.ais.opened import Opened, opened
from ingestion.sources.ais.query import column_types, completed, in_week, select, stream, table_of, window
from ingestion.sources.ais.rows import register_of

if TYPE_CHECKING:
    from sqlalchemy.types import TypeEngine

    from ingestion.extract import Context
    from ingestion.sources.ais.mapping import Shape
    from ingestion.sources.ais.query import Window

_SERVES: dict[str, tuple[tuple[Any, ...], str]] = {
    "text": (
        (types.String, types.Integer, types.Numeric, types.Uuid, types.Boolean, types.Enum),
        "нужен текст или число",
    ),
    "integer": ((types.Integer, types.Numeric, types.String), "нужно целое число"),
    "hour": ((types.Time, types.String), "нужно время вида 09:00"),
    "date": ((types.Date, types.DateTime, types.String), "нужна дата"),
    "moment": ((types.DateTime, types.String), "нужны дата и время"),
    "flag": ((types.Boolean, types.Integer, types.Numeric, types.String), "нужно да или нет"),
}
_CODES = {  # by table: our column → the codes that translate it
    "appeals": {
        "channel": "channel",
        "service": "service",
        "stage_code": "touchpoint",
        "client_group": "client_group",
        "segment": "segment",
        "initiated_by": "initiated_by",
    },
    "appeal_events": {"event_type": "event_type", "direction": "direction"},
}
_SHOWN = 10
_MOST_CODES = 200  # a column with more values holds no codes, and its values may be people
_LONGEST_VALUE = 40


@dataclass(frozen=True)
class TableCheck:
    """One table of the region.

    Attributes:
        entity: our name of it.
        table: the region's name of the table, or the place of the file.
        is_there: whether there is one.
        missing: our columns whose columns are not there, with the region's names.
        unsuitable: our columns, the region's, its type, and what is needed.
        rows_of_week: None where they cannot be counted; tables that are read whole have no week.
    """

    entity: str
    table: str
    is_there: bool = True
    missing: dict[str, str] = field(default_factory=dict)
    unsuitable: list[tuple[str, str, str, str]] = field(default_factory=list)
    rows_of_week: int | None = None

    @property
    def is_readable(self) -> bool:
        """Whether the table can be read."""
        return self.is_there and not self.missing

    def lines(self) -> list[str]:
        """What to tell people."""
        where = f"{self.entity} (таблица {self.table})"
        if not self.is_there:
            return [f"{where}: такой таблицы нет; назовите её в tables.{self.entity}.table или дайте к ней доступ"]
        lines = []
        if self.missing:
            told_names = names(f"{ours} (столбец {theirs})" for ours, theirs in self.missing.items())
            lines.append(f"{where}: нет {told_names}; назовите столбцы в tables.{self.entity}.columns")
        lines += [
            f"{where}: столбец {theirs} ({ours}) типа {kind} не годится, {needed}"
            for ours, theirs, kind, needed in self.unsuitable
        ]
        rows = "" if self.rows_of_week is None else f", строк за неделю: {self.rows_of_week}"
        return lines or [f"{where}: все столбцы на месте{rows}"]


@dataclass(frozen=True)
class CodesCheck:
    """The codes of one column in the week.

    Attributes:
        codes: which codes of the region file translate it.
        unknown: values that they do not know, with the number of rows, most frequent first; ten at most.
        unknown_values: how many such values there are.
        unused: codes that the week does not hold.
        has_too_many: the column holds more values than codes can have, so none is shown.
    """

    entity: str
    column: str
    codes: str
    unknown: list[tuple[str, int]] = field(default_factory=list)
    unknown_values: int = 0
    unused: list[str] = field(default_factory=list)
    has_too_many: bool = False

    def lines(self) -> list[str]:
        """What to tell people."""
        where = f"{self.entity}: {self.column}"
        if self.has_too_many:
            return [f"{where}: разных значений больше {_MOST_CODES}, это не коды; проверьте, тот ли столбец назван"]
        lines = []
        if self.unknown:
            shown = names(f"«{value}» — {rows}" for value, rows in self.unknown)
            more = (
                f" и ещё {self.unknown_values - len(self.unknown)}" if self.unknown_values > len(self.unknown) else ""
            )
            lines.append(f"{where}: нет в codes.{self.codes}: {shown}{more}; добавьте их в описание региона")
        if self.unused:
            lines.append(f"{where}: за неделю не встретились коды {names(self.unused)}")
        return lines


@dataclass
class Check:
    """What a dry run has found.

    Attributes:
        failure: why the dry run has stopped before its end; None when it has not.
    """

    tables: list[TableCheck] = field(default_factory=list)
    codes: list[CodesCheck] = field(default_factory=list)
    failure: str | None = None

    @property
    def is_sound(self) -> bool:
        """Whether the week can be loaded; codes that nobody knows set rows aside, they do not stop a week."""
        return self.failure is None and all(table.is_readable and not table.unsuitable for table in self.tables)

    def lines(self) -> list[str]:
        """All that is to be told, one line each, in Russian."""
        told_lines = [line for found in (*self.tables, *self.codes) for line in found.lines()]
        return [*told_lines, *([self.failure] if self.failure else [])]


def missing_columns(context: Context) -> Check:
    """Hold the tables of the region against what the product reads; only a week of codes is counted, nothing lands.

    Args:
        context: the week and the region; the register of centres may be empty.

    Returns:
        What was found, by table and by column of codes.

    Raises:
        SourceError: the AIS is not described, or cannot be opened.
    """
    config = context.region.sources.ais
    if config is None:
        raise NotConfiguredError("источник не настроен в описании региона; опишите его там")
    check = Check()
    with opened(config, context, Extract(), wait=WAIT_SECONDS) as source:
        try:
            with told(source.name):
                _check(source, context, check)
        except SourceError as error:
            check.failure = str(error)
    return check


def _check(source: Opened, context: Context, check: Check) -> None:
    sound = {}
    for entity, shape in source.shapes.items():
        table, present = _table(source, shape)
        check.tables.append(table)
        if table.is_readable and not table.unsuitable:
            sound[entity] = shape.of_present(present)
    offices = pl.DataFrame(schema=dict.fromkeys(COLUMNS["offices"], pl.String))
    if "offices" in sound:
        frames = stream(source.connection, select(source.connection, sound["offices"], None))
        read = [completed(frame, sound["offices"]).select(offices.columns) for frame in frames]
        offices = pl.concat([offices, *read]).with_columns(stripped("office_id", "region", "time_zone"))
    week = window(context.week, context.region.time_zone, register_of(offices))
    for place, table in enumerate(check.tables):
        if table.entity in MOMENT_OF_WEEK and table.entity in sound:
            shape = sound[table.entity]
            check.tables[place] = TableCheck(table.entity, table.table, rows_of_week=_rows(source, shape, week))
            check.codes += _codes(source, context, shape, week)


def _table(source: Opened, shape: Shape) -> tuple[TableCheck, set[str]]:
    """What is wrong with a table, and the columns that it has."""
    if shape.entity in source.places:  # a file: its columns were looked for when it was read
        return TableCheck(shape.entity, source.place(shape.entity), missing=source.absent[shape.entity]), set(
            shape.read
        )
    found = column_types(source.connection, shape)
    if found is None:
        return TableCheck(shape.entity, shape.table, is_there=False), set()
    missing = {
        name: column
        for name, column in shape.read.items()
        if column.casefold() not in found and name not in shape.optional
    }
    unsuitable = [
        (name, column, str(found[column.casefold()]), _SERVES[COLUMNS[shape.entity][name]][1])
        for name, column in shape.read.items()
        if column.casefold() in found and not _serves(COLUMNS[shape.entity][name], found[column.casefold()])
    ]
    return TableCheck(shape.entity, shape.table, missing=missing, unsuitable=unsuitable), set(found)


def _serves(kind: str, found: TypeEngine[Any]) -> bool:
    """Whether a column of a type can hold a kind of value; SQLite has columns of no type, which can."""
    found = getattr(found, "data_type", found)  # of a domain of PostgreSQL
    if isinstance(found, types.NullType):
        return True
    if isinstance(found, types.LargeBinary | types.JSON | types.ARRAY):
        return False
    return isinstance(found, _SERVES[kind][0])


def _rows(source: Opened, shape: Shape, week: Window) -> int:
    rows = table_of(shape).alias("own")
    query = sqlalchemy.select(sqlalchemy.func.count()).select_from(rows)
    return source.connection.execute(query.where(in_week(source.connection, shape, rows, week))).scalar_one()


def _codes(source: Opened, context: Context, shape: Shape, week: Window) -> list[CodesCheck]:
    config = context.region.sources.ais
    assert config is not None
    checks = []
    for name, codes in _CODES[shape.entity].items():
        known = set(INITIATORS) if codes == "initiated_by" else set(config.codes.get(codes, {}))  # type: ignore[arg-type]
        if codes == "segment" and not known:  # then it is not read at all
            continue
        checks.append(_code(shape, name, codes, known, _counted(source, shape, name, week)))
    return checks


def _counted(source: Opened, shape: Shape, name: str, week: Window) -> dict[str, int]:
    """Rows of the week by what they hold in a column, most frequent first."""
    value = shape.values[name]
    if value.column is None:
        return {} if value.constant is None else {value.constant: 0}
    rows = table_of(shape).alias("own")
    column, number = rows.c[value.column], sqlalchemy.func.count().label("rows_of_value")
    query = sqlalchemy.select(column, number).where(in_week(source.connection, shape, rows, week)).group_by(column)
    counts: dict[str, int] = {}
    for found, times in source.connection.execute(query.order_by(number.desc()).limit(_MOST_CODES + 1)):
        text = str(found).strip() if found is not None else ""
        if text:
            text = (value.values or {}).get(text, text)
            counts[text] = counts.get(text, 0) + times
    return counts


def _code(shape: Shape, name: str, codes: str, known: set[str], counts: dict[str, int]) -> CodesCheck:
    if len(counts) > _MOST_CODES:
        return CodesCheck(shape.entity, name, codes, has_too_many=True)
    unknown = [(value, rows) for value, rows in counts.items() if value not in known]
    shown = [(redact_text(" ".join(value.split()))[:_LONGEST_VALUE], rows) for value, rows in unknown[:_SHOWN]]
    is_read = shape.values[name].column is not None
    unused = sorted(known - set(counts)) if is_read and codes != "initiated_by" else []
    return CodesCheck(shape.entity, name, codes, shown, len(unknown), unused)
