"""An AIS opened for reading: a database of the region, or one that is made of its files."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import sqlalchemy

from ingestion.privacy import redact_text
from ingestion.sources.ais.dialects import connect, told
from ingestion.sources.ais.exports import loaded
from ingestion.sources.ais.mapping import shapes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.engine import Connection

    from ingestion.extract import Context, Extract
    from ingestion.sources.ais.config import Ais
    from ingestion.sources.ais.mapping import Shape


@dataclass(frozen=True)
class Opened:
    """What is read of an AIS, and how it is named.

    Attributes:
        name: of the database, or of the files together, in messages.
        shapes: the tables, by our names of them.
        places: of files: the file of each table, for origins; a database is its own place.
        absent: of files: by table, our columns that they lack, with the names that the region gives them.
    """

    connection: Connection
    name: str
    shapes: dict[str, Shape]
    places: dict[str, str] = field(default_factory=dict)
    absent: dict[str, dict[str, str]] = field(default_factory=dict)

    def place(self, entity: str) -> str:
        """Where the rows of a table come from."""
        return self.places.get(entity, self.name)


@contextmanager
def opened(config: Ais, context: Context, extract: Extract, *, wait: int) -> Iterator[Opened]:
    """Open the AIS of a region.

    Args:
        config: its description.
        context: the week.
        extract: takes the hashes of files, and their rows that cannot become one.
        wait: seconds to wait for a server, or for a lock.

    Raises:
        SourceError: it cannot be opened.
    """
    wanted = shapes(config, context)
    if config.files is not None:
        with loaded(config.files, wanted, context, extract) as files:
            yield Opened(files.connection, "ais", files.shapes, files.places, files.absent)
        return
    name = "ais"
    with told(name):
        url = sqlalchemy.make_url(config.url or "")
        if url.database:  # filled in now: the signs of an address in the name of a folder are none
            url = url.set(database=context.path(url.database))
        name = redact_text((url.database or url.host or name).rsplit("/", 1)[-1])
    with told(name):
        connection = connect(url, wait=wait, timeout=config.timeout_seconds)
    with connection:
        yield Opened(connection, name, wanted)
