"""Rows between their source and their file: few are held in memory, many stand beside in runs until all have come.

Only what may land is written here: pseudonymised and redacted rows.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
from contextlib import contextmanager
from itertools import chain, pairwise
from typing import TYPE_CHECKING, BinaryIO

import polars as pl
import pyarrow.parquet
from polars.exceptions import PolarsError

from ingestion.contract import TEXT
from ingestion.errors import IngestionError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

HELD = 50_000  # rows of a table that memory holds; a frame that is larger has come as a whole, and stays so
_STEP = 500  # every so many ids of a run are remembered, to cut the runs into ranges of about HELD rows
_ROW_GROUP = 10_000  # of a run: a range reads few rows that it does not need
_ARROW = pl.CompatLevel.oldest()  # types that every reader of Parquet knows
_SYSTEM_ERROR = re.compile(r"os error (\d+)")  # polars tells of a write that failed in words only
_REASONS = {
    errno.ENOSPC: "на диске нет места",
    errno.EDQUOT: "исчерпана квота диска",
    errno.EIO: "нет места или диск неисправен",
    errno.EACCES: "нет прав",
    errno.EROFS: "диск открыт только для чтения",
}


def system_error(error: BaseException) -> int | None:
    """Number of the error of the system that lies behind an error of a library; None where there is none."""
    if isinstance(error, OSError):
        return error.errno or 0
    found = _SYSTEM_ERROR.search(str(error))
    return int(found[1]) if found else None


@contextmanager
def writing(home: Path) -> Iterator[None]:
    """What is done inside writes to the home: a failure of the system is told in one line.

    Raises:
        IngestionError: no space, no right to write, or a disk that fails.
    """
    try:
        yield
    except (OSError, PolarsError) as error:
        number = system_error(error)
        if number is None:
            raise
        reason = _REASONS.get(number) or os.strerror(number)
        raise IngestionError(f"{home}: запись не удалась ({reason}); проверьте место и права.") from None


@contextmanager
def _disk() -> Iterator[None]:
    """Nothing but a write of rows that are ready is done inside: what polars cannot do there, the disk could not."""
    try:
        yield
    except PolarsError as error:
        number = system_error(error) or errno.EIO  # of a file that was cut short it says something else
        raise OSError(number, os.strerror(number)) from None


@contextmanager
def staged(folder: Path) -> Iterator[Path]:
    """A folder for runs, made when it is needed; what a crash left there is removed before, and all of it after."""
    shutil.rmtree(folder, ignore_errors=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class Parts:
    """Rows of one table in the order in which they come.

    Args:
        folder: where runs are written once there are too many rows to hold.
        name: of the table.
    """

    def __init__(self, folder: Path, name: str) -> None:
        self._folder, self._name = folder, name
        self._held: list[pl.DataFrame] = []
        self._files: list[Path] = []

    def add(self, frame: pl.DataFrame) -> None:
        """Take some rows."""
        if frame.is_empty():
            return
        if self._held and sum(held.height for held in self._held) + frame.height > HELD:
            self._spill()
        self._held.append(frame)

    def __iter__(self) -> Iterator[pl.DataFrame]:
        for file in self._files:
            yield pl.read_parquet(file)
        if self._held:
            yield self._joined()

    def _joined(self) -> pl.DataFrame:
        return pl.concat(self._held)

    def _spill(self) -> None:
        frame = self._joined()
        self._held.clear()
        self._remember(frame)
        file = self._folder / f".{self._name}-{len(self._files)}.parquet"
        with writing(self._folder.parent), _disk():
            self._folder.mkdir(parents=True, exist_ok=True)
            frame.write_parquet(file, compression="lz4", row_group_size=_ROW_GROUP)
        self._files.append(file)

    def _remember(self, frame: pl.DataFrame) -> None:
        """Note what is needed later of rows that leave the memory."""


class Runs(Parts):
    """Rows with a ``record_id`` that no other has; they come out sorted by it, whatever their number."""

    def __init__(self, folder: Path, name: str) -> None:
        super().__init__(folder, name)
        self._hashes: list[pl.Series] = []
        self._sample: list[pl.Series] = []

    def add(self, frame: pl.DataFrame) -> None:
        """Take some rows, none of whose ids is known."""
        super().add(frame)
        self._hashes.append(frame["record_id"].hash())

    def known(self, ids: pl.Series) -> pl.Series:
        """Which of the ids came before.

        Eight bytes of each id are held; where they agree, the rows themselves are asked.
        """
        if not self._hashes:
            return pl.repeat(value=False, n=len(ids), eager=True)
        suspect = ids.hash().is_in(pl.concat(self._hashes).implode())
        if not suspect.any():
            return suspect
        meant = pl.col("record_id").is_in(ids.filter(suspect).implode())
        found = [frame.lazy().filter(meant).select("record_id").collect() for frame in self._held]
        found += [pl.scan_parquet(file).filter(meant).select("record_id").collect() for file in self._files]
        return ids.is_in(pl.concat(found).to_series().implode()).fill_null(value=False)

    def __iter__(self) -> Iterator[pl.DataFrame]:
        if not self._files:
            if self._held:
                self._held = [self._joined()]  # not beside the unsorted rows: they may be many
                yield self._held[0]
            return
        if self._held:
            self._spill()
        sample = pl.concat(self._sample).sort()
        cuts = sample.gather_every(HELD // _STEP)[1:].to_list()
        runs = pl.scan_parquet(self._files)
        key = pl.col("record_id")
        for start, end in pairwise(["", *cuts, None]):
            wanted = key >= start if end is None else (key >= start) & (key < end)
            yield runs.filter(wanted).collect().sort("record_id")

    def _joined(self) -> pl.DataFrame:
        return super()._joined().sort("record_id")

    def _remember(self, frame: pl.DataFrame) -> None:
        self._sample.append(frame["record_id"].gather_every(_STEP).cast(TEXT))


def write_parts(parts: Iterable[pl.DataFrame], schema: pl.Schema, file: BinaryIO) -> None:
    """Write the parts of a table as one Parquet file; one part is written as a frame is."""
    frames = iter(parts)
    first = next(frames, None)
    if first is None:
        first = pl.DataFrame(schema=schema)
    second = next(frames, None)
    if second is None:
        with _disk():
            first.write_parquet(file, compression="zstd", compression_level=3, statistics=True)
        return
    columns = pl.DataFrame(schema=schema).to_arrow(compat_level=_ARROW).schema
    with pyarrow.parquet.ParquetWriter(file, columns, compression="zstd", compression_level=3) as writer:
        for frame in chain((first, second), frames):
            writer.write_table(frame.to_arrow(compat_level=_ARROW))
