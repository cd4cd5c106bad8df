"""What a source hands over to landing: frames, or streams of them, with their problems marked; nothing written yet."""

from __future__ import annotations

import hashlib
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

from ingestion.privacy import NOBODY
from ingestion.settings import secret

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ingestion.privacy import Pseudonyms, Public
    from ingestion.region import Region
    from ingestion.settings import Settings

_FLAGS = {**dict.fromkeys(("1", "true", "t", "да"), True), **dict.fromkeys(("0", "false", "f", "нет"), False)}


class SourceError(Exception):
    """A whole source cannot be read; its week becomes ``no_source``. The message is one line in Russian."""


class NotConfiguredError(SourceError):
    """The region has no such source: not a failure, and no metric waits for it."""


@dataclass(frozen=True)
class Context:
    """One week of one region.

    Attributes:
        register: ``office_id, region, time_zone`` of the centres; no rows when the register is unknown.
        public: phones and addresses of the centres, which stay in texts.
    """

    week: str
    settings: Settings
    region: Region
    pseudonyms: Pseudonyms
    register: pl.DataFrame
    public: Public = NOBODY

    @property
    def zones(self) -> list[str]:
        """Every zone that a record of this region can have."""
        return sorted({*self.register["time_zone"].to_list(), self.region.time_zone})

    def path(self, pattern: str) -> str:
        """A pattern of the region file with its marks filled in."""
        return pattern.replace("{home}", str(self.settings.home)).replace("{week}", self.week)

    def secret(self, name: str) -> str:
        """A secret that the region file names and the environment holds.

        Raises:
            SourceError: it is not set.
        """
        value = secret(name)
        if not value:
            raise SourceError(f"ключ доступа {name} не задан; задайте переменную окружения CX_SECRET_{name}")
        return value


@dataclass(frozen=True)
class Broken:
    """A row, or a file, that could not even become a row."""

    entity: str
    reason: str
    message: str
    origin: str
    office_id: str | None = None
    raw: str | None = None


@dataclass
class Extract:
    """Everything that a source gave for a week.

    Attributes:
        frames: by entity: the contract's columns with ``record_id``, ``origin``, ``observed_at`` and
            ``problem`` (a code of :mod:`ingestion.quarantine`, null when the row is sound), and ``_delivery``
            (the centre whose file it was) where each centre delivers its own. Free text comes as it is:
            landing redacts it. A table that may not fit into memory comes as an iterator of such frames: it is read
            after the extractor has returned, in the order of :data:`ingestion.contract.ENTITIES`, and may raise
            :class:`SourceError` as the extractor may.
        inputs: hash of each input; whole once all frames have been read.
        other_week_is_wrong: rows of another week are quarantined, not just counted.
        failed_offices: centres whose own file is missing or unreadable, with the message.
        delivered_offices: centres whose own file was read; None where one file serves all.
        resources: what the frames are read from, such as a connection; landing closes it when they have been read.
    """

    frames: dict[str, pl.DataFrame | Iterator[pl.DataFrame]] = field(default_factory=dict)
    broken: list[Broken] = field(default_factory=list)
    inputs: dict[str, str] = field(default_factory=dict)
    other_week_is_wrong: bool = False
    failed_offices: dict[str, str] = field(default_factory=dict)
    delivered_offices: list[str] | None = None
    resources: ExitStack = field(default_factory=ExitStack)


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, read in blocks."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def with_place(frame: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Add ``region`` and ``_zone`` from the register, and the problem ``unknown_office``.

    A row without a centre belongs to the region's own zone. With no register at all no centre is known:
    the rows land without one.
    """
    frame = frame.drop("region", strict=False).with_columns(stripped("office_id"))
    if context.register.is_empty():
        frame = frame.with_columns(office_id=pl.lit(None, pl.String))
    known = context.register.select("office_id", "region", _zone="time_zone")
    joined = frame.join(known, on="office_id", how="left", maintain_order="left")
    is_unknown = pl.col("office_id").is_not_null() & pl.col("_zone").is_null()
    return joined.with_columns(
        first_problem(when(is_unknown, "unknown_office")),
        region=pl.col("region").fill_null(context.region.region),
        _zone=pl.col("_zone").fill_null(context.region.time_zone),
    )


def stripped(*columns: str) -> pl.Expr:
    """Text without spaces around; empty is null."""
    return pl.col(*columns).cast(pl.String).str.strip_chars().replace("", None)


def translated(column: str, codes: dict[str, str]) -> pl.Expr:
    """A source's codes in the product's words; unknown ones give null."""
    return stripped(column).replace_strict(codes, default=None, return_dtype=pl.String)


def flag(column: str) -> pl.Expr:
    """Yes or no, as databases and people write it; anything else gives null."""
    return stripped(column).str.to_lowercase().replace_strict(_FLAGS, default=None, return_dtype=pl.Boolean)


def unread(written: str, read: str) -> pl.Expr:
    """Whether something was written and could not be read."""
    return stripped(written).is_not_null() & pl.col(read).is_null()


def first_problem(*problems: pl.Expr) -> pl.Expr:
    """The first of the row's problems, after the one that it already has."""
    return pl.coalesce(pl.col("problem"), *problems).alias("problem")


def when(condition: pl.Expr, reason: str) -> pl.Expr:
    """A problem that rows of a condition have."""
    return pl.when(condition).then(pl.lit(reason))
