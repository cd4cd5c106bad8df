"""Write what a source gave: sound rows to landing, the others to quarantine, the counts to the manifest.

A week is written beside and renamed, file by file within one folder per entity, so that a crash leaves
either the old week or the new one.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from ingestion.contract import COMMON, LOADS, QUARANTINE, Entity
from ingestion.privacy import redact
from ingestion.quarantine import REASONS
from ingestion.weeks import week_of

if TYPE_CHECKING:
    from pathlib import Path

    from ingestion.extract import Context, Extract

CODE_VERSION = "1"  # changes when the same input would land differently


def write_parquet(frame: pl.DataFrame, path: Path) -> None:
    """Write a frame whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", suffix=".tmp", delete=False) as file:
        frame.write_parquet(file, compression="zstd", compression_level=3, statistics=True)
        file.flush()
        os.fsync(file.fileno())
    os.replace(file.name, path)


def partition(folder: Path, source: str, entity: str, week: str) -> Path:
    """The file of an entity's week."""
    return folder / source / entity / f"week={week}" / "data.parquet"


@dataclass
class Counts:
    """What became of the rows of one entity; ``read`` is always the sum of the others."""

    landed: int = 0
    quarantined: int = 0
    other_week: int = 0

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
    if "_week" not in frame.columns:
        zones = frame["_zone"].drop_nulls().unique().sort().to_list()
        frame = frame.with_columns(_week=week_of(pl.col("observed_at"), pl.col("_zone"), zones))
    frame = frame.with_columns(
        problem=pl.coalesce(
            "problem",
            pl.when(pl.col("record_id").is_null()).then(pl.lit("missing_id")),
            pl.when(pl.col("observed_at").is_null() & pl.col("_week").is_null()).then(pl.lit("unreadable_date")),
        )
    )
    other = pl.col("problem").is_null() & (pl.col("_week") != context.week)
    counts = Counts()
    if extract.other_week_is_wrong:
        frame = frame.with_columns(problem=pl.when(other).then(pl.lit("other_week")).otherwise("problem"))
    else:
        counts.other_week = frame.filter(other).height
        frame = frame.filter(~other)
    # of rows with the same key the first sound one lands
    sound = frame["problem"].is_null()
    again = frame.select(pl.col("record_id").is_first_distinct().over(pl.col("problem").is_null())).to_series()
    frame = frame.with_columns(problem=pl.when(sound & ~again).then(pl.lit("duplicate")).otherwise("problem"))
    wrong = frame.filter(pl.col("problem").is_not_null())
    landed = frame.filter(pl.col("problem").is_null())
    columns = list(entity.columns)
    landed = landed.with_columns(pl.lit(load).alias("load_id"), _row_hashes(landed, columns))
    landed = landed.select([*COMMON, *columns]).cast(dict(entity.schema)).sort("record_id")  # type: ignore[arg-type]
    counts.landed, counts.quarantined = landed.height, wrong.height
    return landed, wrong, counts


def _row_hashes(frame: pl.DataFrame, columns: list[str]) -> pl.Series:
    """SHA-256, 16 hex, of the landed values of each row."""
    if frame.is_empty():
        return pl.Series("record_hash", [], pl.String)
    values = frame.select(
        pl.concat_str([pl.col(name).cast(pl.String).fill_null("\x00") for name in columns], separator="\x1f")
    ).to_series()
    digest = hashlib.sha256
    return pl.Series("record_hash", [digest(value.encode()).hexdigest()[:16] for value in values], pl.String)


def quarantine_rows(source: str, entity: str, wrong: pl.DataFrame) -> pl.DataFrame:
    """Rows for the quarantine: their reason, place, and redacted content."""
    if wrong.is_empty():
        return pl.DataFrame(schema=QUARANTINE)
    hidden = {"record_hash", "load_id", "region"}
    shown = [name for name in wrong.columns if not name.startswith("_") and name not in hidden]
    office = pl.col("office_id") if "office_id" in wrong.columns else pl.lit(None, pl.String)
    return wrong.select(
        pl.lit(source).alias("source"),
        pl.lit(entity).alias("entity"),
        pl.col("problem").alias("reason"),
        pl.col("problem").replace_strict(REASONS, default=pl.col("problem"), return_dtype=pl.String).alias("message"),
        pl.col("origin"),
        office.cast(pl.String).alias("office_id"),
        redact(wrong.select(pl.struct(shown).struct.json_encode()).to_series()).alias("raw"),
    ).cast(dict(QUARANTINE))  # type: ignore[arg-type]


def write_manifest(folder: Path, source: str, week: str, content: dict[str, object]) -> None:
    """Write the manifest of a source's week, whole or not at all."""
    path = folder / source / "manifest" / f"week={week}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".tmp")
    beside.write_text(json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    os.replace(beside, path)


def empty_loads() -> pl.DataFrame:
    """No loads."""
    return pl.DataFrame(schema=LOADS)
