"""Write what a source gave: sound rows to landing, the others to quarantine, the counts to the manifest.

A week is written beside and renamed, file by file within one folder per entity, so that a crash leaves
either the old week or the new one.
"""

from __future__ import annotations

import hashlib
import json
import os
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO

import polars as pl

from ingestion.contract import COMMON, FREE_TEXT, IDS, QUARANTINE, TEXT, Entity
from ingestion.extract import when
from ingestion.privacy import redact
from ingestion.quarantine import REASONS
from ingestion.weeks import week_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ingestion.extract import Context, Extract

CODE_VERSION = "6"  # changes when the same input would land differently


def write_parquet(frame: pl.DataFrame, path: Path) -> None:
    """Write a frame whole or not at all."""
    with replaced(path) as file:
        frame.write_parquet(file, compression="zstd", compression_level=3, statistics=True)


@contextmanager
def replaced(path: Path) -> Iterator[BinaryIO]:
    """A file to write that takes the place of another when it is whole; what a crash leaves is written over."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.tmp")
    with beside.open("wb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())
    os.replace(beside, path)


def partition(folder: Path, source: str, entity: str, week: str) -> Path:
    """The file of an entity's week."""
    return folder / source / entity / f"week={week}" / "data.parquet"


@dataclass
class Counts:
    """What became of the rows of one entity; ``read`` is always the sum of the others."""

    landed: int = 0
    quarantined: int = 0
    other_week: int = 0
    by_delivery: dict[str, Counts] = field(default_factory=dict)  # where each centre delivers its own file

    @property
    def read(self) -> int:
        """Rows that the source gave."""
        return self.landed + self.quarantined + self.other_week


def load_id(source: str, context: Context, extract: Extract) -> str:
    """The same inputs, code and week give the same id."""
    parts = [source, context.week, CODE_VERSION, *(f"{name}={value}" for name, value in sorted(extract.inputs.items()))]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def settle(
    frame: pl.DataFrame, entity: Entity, context: Context, extract: Extract, load: str
) -> tuple[pl.DataFrame, pl.DataFrame, Counts]:
    """Split the rows of an entity into those that land and those that are quarantined.

    Returns:
        The landed frame in the contract's schema, the quarantined rows with their ``problem``, the counts.
    """
    frame = _decided(_without_telling_ids(frame, context), context, extract)
    counts = Counts(**dict(frame["_fate"].value_counts().rows()))
    if "_delivery" in frame.columns:
        for office, fate, rows in frame.group_by("_delivery", "_fate").len().rows():
            setattr(counts.by_delivery.setdefault(office, Counts()), fate, rows)
    landed = frame.filter(pl.col("_fate") == "landed")
    columns = list(entity.columns)
    landed = landed.with_columns(redact(landed[name]) for name in FREE_TEXT if name in entity.columns)
    landed = landed.with_columns(pl.lit(load).alias("load_id"), _row_hashes(landed, columns))
    landed = landed.select([*COMMON, *columns]).cast(dict(entity.schema)).sort("record_id")  # type: ignore[arg-type]
    return landed, frame.filter(pl.col("_fate") == "quarantined"), counts


def _without_telling_ids(frame: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Ids that are personal data become pseudonyms; the origin that repeats one loses it."""
    shown = frame.with_columns(context.pseudonyms.of_telling(frame[name]) for name in IDS if name in frame.columns)
    telling = (shown["record_id"] != frame["record_id"]).fill_null(value=False)
    if telling.any():
        shown = shown.with_columns(origin=pl.when(telling).then(redact(frame["origin"])).otherwise("origin"))
    return shown


def _decided(frame: pl.DataFrame, context: Context, extract: Extract) -> pl.DataFrame:
    """What becomes of each row, in ``_fate``: a field of :class:`Counts`. Of rows with one id the first sound lands."""
    if "_week" not in frame.columns:
        zones = frame["_zone"].drop_nulls().unique().sort().to_list()
        frame = frame.with_columns(_week=week_of(pl.col("observed_at"), pl.col("_zone"), zones))
    other = (pl.col("_week") != context.week).fill_null(value=False)
    problem, fate = pl.col("problem"), pl.col("_fate")
    frame = frame.with_columns(
        problem=pl.coalesce(
            problem,
            when(pl.col("record_id").is_null(), "missing_id"),
            when(pl.col("observed_at").is_null() & pl.col("_week").is_null(), "unreadable_date"),
            when(other & extract.other_week_is_wrong, "other_week"),
        )
    ).with_columns(
        # the problems of another week are told in that week
        _fate=pl.when(other & (not extract.other_week_is_wrong))
        .then(pl.lit("other_week"))
        .when(problem.is_not_null())
        .then(pl.lit("quarantined"))
        .otherwise(pl.lit("landed"))
    )
    again = (fate == "landed") & ~pl.col("record_id").is_first_distinct().over(fate)
    return frame.with_columns(
        problem=pl.when(again).then(pl.lit("duplicate")).otherwise(problem),
        _fate=pl.when(again).then(pl.lit("quarantined")).otherwise(fate),
    )


def _row_hashes(frame: pl.DataFrame, columns: list[str]) -> pl.Series:
    """SHA-256, 16 hex, of the landed values of each row."""
    if frame.is_empty():
        return pl.Series("record_hash", [], pl.String)
    joined = pl.concat_str([pl.col(name).cast(pl.String).fill_null("\x00") for name in columns], separator="\x1f")
    digest = hashlib.sha256
    hashes = [
        pl.Series([digest(value.encode()).hexdigest()[:16] for value in part.select(joined).to_series()], dtype=TEXT)
        for part in frame.iter_slices(100_000)  # the joined values of all rows at once would double the frame
    ]
    return pl.concat(hashes).alias("record_hash")


def quarantine_rows(source: str, entity: str, wrong: pl.DataFrame) -> pl.DataFrame:
    """Rows for the quarantine: their reason, place, and redacted content."""
    if wrong.is_empty():
        return pl.DataFrame(schema=QUARANTINE)
    hidden = {"record_hash", "load_id", "region"}
    shown = [name for name in wrong.columns if not name.startswith("_") and name not in hidden]
    # before it becomes JSON: a phone after a line break, written as \\n there, would not be found
    wrong = wrong.with_columns(redact(wrong[name]) for name in shown if name != "origin" and wrong.schema[name] == TEXT)
    office = pl.col("office_id") if "office_id" in wrong.columns else pl.lit(None, TEXT)
    return wrong.select(
        pl.lit(source).alias("source"),
        pl.lit(entity).alias("entity"),
        pl.col("problem").alias("reason"),
        pl.col("problem").replace_strict(REASONS, return_dtype=TEXT).alias("message"),
        pl.col("origin"),
        office.alias("office_id"),
        pl.struct(shown).struct.json_encode().alias("raw"),
    ).cast(dict(QUARANTINE))  # type: ignore[arg-type]


def write_manifest(folder: Path, source: str, week: str, content: dict[str, object]) -> None:
    """Write the manifest of a source's week, whole or not at all."""
    text = json.dumps({**content, "code_version": CODE_VERSION}, ensure_ascii=False, indent=1, sort_keys=True)
    with replaced(folder / source / "manifest" / f"week={week}.json") as file:
        file.write(f"{text}\n".encode())
