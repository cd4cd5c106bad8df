"""Files of an AIS become tables of a database that is private to the load, and are then read as any database is.

The database is a temporary file of SQLite: it has no name from the moment when it is opened, so that nothing of it is
left when the load ends, or dies. However many rows there are, they pass through memory one by one.
"""

from __future__ import annotations

import errno
import os
import re
import sqlite3
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING

import sqlalchemy

from ingestion.extract import Broken, SourceError
from ingestion.sources.ais.archive import Member, content_of, members
from ingestion.sources.ais.config import COLUMNS, MAY_BE_NOTHING
from ingestion.sources.ais.csv_rows import csv_rows
from ingestion.sources.ais.xml_rows import xml_rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.engine import Connection

    from ingestion.extract import Context, Extract
    from ingestion.sources.ais.mapping import Shape

LANDED_AS = {
    "offices": "offices",
    "schedules": "schedules",
    "appeals": "interactions",
    "appeal_events": "interaction_events",
}
_MAX_BROKEN = 1000  # rows of another length than the header: more is a file of another form
_BATCH = 10_000
_RUSSIAN_DATE = re.compile(r"(\d{2})\.(\d{2})\.(\d{4})(?:[ T]+(.*))?")
_WITHOUT_SECONDS = re.compile(r"\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}")
_DATES = ("moment", "date")


@dataclass
class Files:
    """What was read of the files; see :class:`ingestion.sources.ais.opened.Opened`."""

    connection: Connection
    shapes: dict[str, Shape] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    absent: dict[str, dict[str, str]] = field(default_factory=dict)


@contextmanager
def loaded(pattern: str, wanted: dict[str, Shape], context: Context, extract: Extract) -> Iterator[Files]:
    """Read the files of a pattern into a database.

    Args:
        pattern: of the region file.
        wanted: the tables; the name of one is that of its file, without folder and suffix.
        context: the week.
        extract: takes the hashes of the files, and rows that are of another length than their header.

    Raises:
        SourceError: a file is missing, there twice, or cannot be read.
        OSError: the disk is full.
    """
    found = members(pattern, context, extract)
    with closing(sqlite3.connect("")) as raw:  # a private file of SQLite, deleted by the system when it is closed
        raw.execute("pragma journal_mode = off")
        engine = sqlalchemy.create_engine("sqlite://", creator=lambda: raw, poolclass=sqlalchemy.StaticPool)
        with engine.connect() as connection:
            files = Files(connection)
            for shape in wanted.values():
                _load(raw, _file_of(shape, found, pattern), shape, files, extract)
            raw.execute("create index appeals_id on appeals (id)")
            yield files


def _file_of(shape: Shape, found: list[Member], pattern: str) -> Member:
    name = shape.table.casefold()
    own = [member for member in found if name in (member.stem, member.name)]
    if not own:
        raise SourceError(f"{pattern}: нет файла {shape.table} (.csv или .xml); проверьте выгрузку или tables")
    if len(own) > 1:
        places = ", ".join(member.place for member in own)
        raise SourceError(f"файл {shape.table} есть несколько раз: {places}; оставьте один")
    return own[0]


def _load(raw: sqlite3.Connection, member: Member, shape: Shape, files: Files, extract: Extract) -> None:
    """Make the table of one file; its columns have our names."""
    files.places[shape.entity] = member.place
    columns = list(COLUMNS[shape.entity])
    raw.execute(f"create table {shape.entity} ({', '.join(columns)})")
    statement = f"insert into {shape.entity} values ({', '.join('?' * len(columns))})"
    headers: set[str] = set()
    rows = _values(member, shape, headers, extract)
    try:
        while batch := list(islice(rows, _BATCH)):
            raw.executemany(statement, batch)
        raw.commit()
    except sqlite3.OperationalError as error:
        if "full" in str(error):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)) from None
        raise
    if member.suffix == ".xml" and not headers:  # no row, so nobody can tell
        headers.update(shape.read.values())
    # an element of XML that holds nothing is often left out
    optional = {*shape.optional, *(MAY_BE_NOTHING[shape.entity] if member.suffix == ".xml" else ())}
    absent = {name: column for name, column in shape.read.items() if column not in headers}
    files.absent[shape.entity] = {name: column for name, column in absent.items() if name not in optional}
    values = {
        name: replace(value, column=None if value.column is None or name in absent else name)
        for name, value in shape.values.items()
    }
    files.shapes[shape.entity] = replace(shape, table=shape.entity, values=values)


def _values(member: Member, shape: Shape, headers: set[str], extract: Extract) -> Iterator[tuple[str | None, ...]]:
    """Values of the rows of a file, by our columns."""
    kinds = COLUMNS[shape.entity]
    read = [(shape.read.get(name), kind in _DATES) for name, kind in kinds.items()]
    readers = {".csv": csv_rows, ".txt": csv_rows, ".xml": xml_rows}
    if member.suffix not in readers:
        raise SourceError(f"{member.place}: нужен файл .csv или .xml, можно в архиве .zip; выгрузите его так")
    broken = 0
    with content_of(member) as content:
        for number, row in readers[member.suffix](content, member.place, shape.row, headers):
            if row is not None:
                cells = ((row.get(column) if column else None, is_date) for column, is_date in read)
                yield tuple(_written(cell, is_date=is_date) for cell, is_date in cells)
                continue
            broken += 1
            if broken > _MAX_BROKEN:
                raise SourceError(f"{member.place}: строки не той длины, что заголовок; выгрузите файл заново")
            origin = f"{member.place}#{number}"
            entity = LANDED_AS[shape.entity]
            extract.broken.append(
                Broken(entity, "wrong_shape", "строка не той длины, что заголовок; выгрузите файл заново", origin)
            )


def _written(cell: str | None, *, is_date: bool) -> str | None:
    """A cell without spaces around; a date as databases write it."""
    cell = cell.strip() if cell else None
    if not cell or not is_date:
        return cell or None
    if (russian := _RUSSIAN_DATE.fullmatch(cell)) is not None:
        day, month, year, time = russian.groups()
        if not _is_day(int(year), int(month), int(day)):
            return cell  # as it is, it is in no week, and so is told of in every one
        cell = f"{year}-{month}-{day}" + (f" {time}" if time else "")
    return f"{cell}:00" if _WITHOUT_SECONDS.fullmatch(cell) else cell


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        return bool(date(year, month, day))
    except ValueError:
        return False
