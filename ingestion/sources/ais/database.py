"""AIS: the register of centres, appeals and what became of them, from a database or from files of one."""

from __future__ import annotations

import hashlib
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import polars as pl

from ingestion.extract import Context, Extract, SourceError, stripped
from ingestion.sources.ais.config import COLUMNS, names
from ingestion.sources.ais.dialects import told
from ingestion.sources.ais.opened import Opened, opened
from ingestion.sources.ais.query import Window, checked, completed, select, stream, window
from ingestion.sources.ais.rows import events_of, interactions_of, offices_of, register_of, schedules_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from sqlalchemy import Select

    from ingestion.config import Codes
    from ingestion.sources.ais.mapping import Shape

WAIT_SECONDS = 10  # for a server that does not answer, and for a lock that somebody holds


def extract(context: Context) -> Extract:
    """Read one week of the AIS: the register of centres whole, of the rest nothing but the week, as a stream."""
    config = context.region.sources.ais
    assert config is not None
    found = Extract()
    with ExitStack() as resources:
        source = resources.enter_context(opened(config, context, found, wait=WAIT_SECONDS))
        reader = _Reader(source, _checked(source), found)
        offices = reader.whole("offices").with_columns(stripped("office_id", "region", "time_zone"))
        # the other tables are placed by the register that has just been read
        context = replace(context, register=register_of(offices))
        week = window(context.week, context.region.time_zone, offices)
        found.frames = {
            "offices": offices_of(context, source.place("offices"), offices),
            "schedules": schedules_of(context, source.place("schedules"), reader.whole("schedules")),
            "interactions": _interactions(context, reader, week, config.codes),
            "interaction_events": _events(context, reader, week, config.codes),
        }
        found.resources = resources.pop_all()
    return found


def _checked(source: Opened) -> dict[str, Shape]:
    """The tables without optional columns that are not there.

    Raises:
        SourceError: a table or column is missing.
    """
    for entity, columns in source.absent.items():
        if columns:
            raise SourceError(
                f"{source.place(entity)}: нет столбцов {names(columns.values())}; проверьте выгрузку и tables"
            )
    with told(source.name):
        return {entity: checked(source.connection, shape, source.name) for entity, shape in source.shapes.items()}


@dataclass
class _Reader:
    """Reads tables and notes what it has read: the hash of all rows is that of the database as input."""

    source: Opened
    shapes: dict[str, Shape]
    extract: Extract
    digest: Any = field(default_factory=hashlib.sha256)

    def whole(self, entity: str) -> pl.DataFrame:
        """A table that is small."""
        frames = list(self.rows(entity, None))
        columns = dict.fromkeys(COLUMNS[entity], pl.String)
        return pl.concat([pl.DataFrame(schema=columns), *(frame.select(list(columns)) for frame in frames)])

    def rows(self, entity: str, week: Window | None, appeals: Shape | None = None) -> Iterator[pl.DataFrame]:
        """Rows of a table with all our columns, chunk by chunk."""
        shape = self.shapes[entity]
        with told(self.source.name):
            query: Select[Any] = select(self.source.connection, shape, week, appeals)
            self.digest.update(f"{entity}\n".encode())
            for frame in stream(self.source.connection, query):
                self.digest.update(frame.write_csv(include_header=False).encode())
                yield completed(frame, shape)
        if not self.source.places:  # files have hashes of their own
            self.extract.inputs[self.source.name] = self.digest.hexdigest()


def _interactions(context: Context, reader: _Reader, week: Window, codes: Codes) -> Iterator[pl.DataFrame]:
    place, shape = reader.source.place("appeals"), reader.shapes["appeals"]
    for rows in reader.rows("appeals", week):
        yield interactions_of(context, place, rows, codes, shape)


def _events(context: Context, reader: _Reader, week: Window, codes: Codes) -> Iterator[pl.DataFrame]:
    """Events: their centre is that of their appeal, unless they say it themselves."""
    place, shape, appeals = (
        reader.source.place("appeal_events"),
        reader.shapes["appeal_events"],
        reader.shapes["appeals"],
    )
    own = shape.values["office_id"]
    says_itself = own.column is not None or own.constant is not None
    for rows in reader.rows("appeal_events", week, None if says_itself else appeals):
        if says_itself:
            rows = rows.with_columns(known_appeal="appeal_id")
        elif (office := appeals.values["office_id"].constant) is not None:
            rows = rows.with_columns(office_id=pl.lit(office))
        yield events_of(context, place, rows, codes, shape)
