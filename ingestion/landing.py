"""Write what a source gave: sound rows to landing, the others to quarantine, the counts to the manifest.

The files of a week are all written beside before the first takes its place, so that a full disk leaves the old week
whole, and a crash leaves each file old or new.
"""

from __future__ import annotations

import hashlib
import json
import os
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO, Self

import polars as pl

from ingestion.contract import FREE_TEXT, IDS, NAMES_OF_THINGS, QUARANTINE, TEXT, Entity
from ingestion.extract import when
from ingestion.privacy import redact, redact_identifiers
from ingestion.quarantine import REASONS
from ingestion.staging import Parts, Runs, write_parts
from ingestion.weeks import week_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from ingestion.extract import Context, Extract

CODE_VERSION = "8"  # changes when the same input would land differently
_REASON = ("entity", "reason", "message")
_SUMMARY = pl.Schema({**dict.fromkeys(_REASON, TEXT), "len": pl.Int64, "origin": TEXT})


class Replacement:
    """Files written beside those whose places they take, one after the other, once all of them are whole.

    What an error leaves is removed; what a crash leaves is written over.
    """

    def __init__(self) -> None:
        self._files: list[tuple[Path, BinaryIO]] = []

    def open(self, path: Path) -> BinaryIO:
        """A file to write in the place of another."""
        path.parent.mkdir(parents=True, exist_ok=True)
        file = _beside(path).open("wb")
        self._files.append((path, file))
        return file

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if kind is None:
                self._replace()
        finally:
            for path, file in self._files:
                with suppress(OSError):  # what it still held is lost: the error on its way tells why
                    file.close()
                with suppress(OSError):
                    _beside(path).unlink(missing_ok=True)

    def _replace(self) -> None:
        for _, file in self._files:
            file.flush()
        for path, file in self._files:
            os.fsync(file.fileno())
            file.close()
            os.replace(_beside(path), path)


def _beside(path: Path) -> Path:
    return path.with_name(f".{path.name}.tmp")


def write_parquet(frame: pl.DataFrame, path: Path) -> None:
    """Write a frame whole or not at all."""
    with Replacement() as files:
        write_parts([frame], frame.schema, files.open(path))


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


class Quarantine:
    """Rows that cannot be used, and their number by entity and reason.

    Args:
        folder: for the runs of :class:`ingestion.staging.Parts`.
    """

    def __init__(self, folder: Path) -> None:
        self.rows = Parts(folder, "quarantine")
        self._found: list[pl.DataFrame] = []

    def add(self, rows: pl.DataFrame) -> None:
        """Take rows in the schema of the quarantine."""
        self.rows.add(rows)
        self._found.append(rows.group_by(_REASON, maintain_order=True).agg(pl.len(), pl.col("origin").first()))

    def summary(self, *keys: str) -> pl.DataFrame:
        """Number of rows (``len``) and the origin of the first, by some of entity, reason and message, as they came."""
        found = pl.concat([pl.DataFrame(schema=_SUMMARY), *(frame.cast(_SUMMARY) for frame in self._found)])
        return found.group_by(keys, maintain_order=True).agg(pl.col("len").sum(), pl.col("origin").first())


def settle(
    frames: pl.DataFrame | Iterable[pl.DataFrame],
    entity: Entity,
    context: Context,
    extract: Extract,
    quarantine: Quarantine,
    folder: Path,
) -> tuple[Runs, Counts]:
    """Split the rows of an entity into those that land and those that are quarantined, frame by frame.

    Returns:
        The rows that land, in the contract's schema without ``load_id``, and the counts.
    """
    landed, counts = Runs(folder, entity.name), Counts()
    for frame in [frames] if isinstance(frames, pl.DataFrame) else frames:
        decided = _decided(_without_telling_ids(frame, context), context, extract, landed)
        _count(decided, counts)
        landed.add(_as_landed(decided.filter(pl.col("_fate") == "landed"), entity, context))
        wrong = decided.filter(pl.col("_fate") == "quarantined")
        if wrong.height:
            quarantine.add(quarantine_rows(entity.source, entity.name, wrong, context))
    return landed, counts


def _count(decided: pl.DataFrame, counts: Counts) -> None:
    for fate, rows in decided["_fate"].value_counts().rows():
        setattr(counts, fate, getattr(counts, fate) + rows)
    if "_delivery" in decided.columns:
        for office, fate, rows in decided.group_by("_delivery", "_fate").len().rows():
            delivered = counts.by_delivery.setdefault(office, Counts())
            setattr(delivered, fate, getattr(delivered, fate) + rows)


def _as_landed(frame: pl.DataFrame, entity: Entity, context: Context) -> pl.DataFrame:
    columns = list(entity.columns)
    frame = frame.with_columns(
        *(redact(frame[name], context.public) for name in FREE_TEXT if name in columns),
        *(redact_identifiers(frame[name], context.public) for name in NAMES_OF_THINGS if name in columns),
    )
    schema = {name: kind for name, kind in entity.schema.items() if name != "load_id"}
    return frame.with_columns(_row_hashes(frame, columns)).select(list(schema)).cast(schema)  # type: ignore[arg-type]


def write_landed(landed: Runs, entity: Entity, load: str, file: BinaryIO) -> None:
    """Write the rows of an entity in the order of their ids, with the id of their load."""
    named = (rows.with_columns(load_id=pl.lit(load)).select(list(entity.schema)) for rows in landed)
    write_parts(named, entity.schema, file)


def _without_telling_ids(frame: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Ids that are personal data become pseudonyms; the origin that repeats one loses it."""
    shown = frame.with_columns(context.pseudonyms.of_telling(frame[name]) for name in IDS if name in frame.columns)
    telling = (shown["record_id"] != frame["record_id"]).fill_null(value=False)
    if telling.any():
        shown = shown.with_columns(origin=pl.when(telling).then(redact(frame["origin"])).otherwise("origin"))
    return shown


def _decided(frame: pl.DataFrame, context: Context, extract: Extract, landed: Runs) -> pl.DataFrame:
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
    again = (fate == "landed") & (
        ~pl.col("record_id").is_first_distinct().over(fate) | landed.known(frame["record_id"])
    )
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


def quarantine_rows(source: str, entity: str, wrong: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Rows for the quarantine: their reason, place, and redacted content."""
    if wrong.is_empty():
        return pl.DataFrame(schema=QUARANTINE)
    hidden = {"record_hash", "load_id", "region"}
    shown = [name for name in wrong.columns if not name.startswith("_") and name not in hidden]
    # before it becomes JSON: a phone after a line break, written as \\n there, would not be found
    wrong = wrong.with_columns(
        redact(wrong[name], context.public) for name in shown if name != "origin" and wrong.schema[name] == TEXT
    )
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


def write_manifest(files: Replacement, folder: Path, source: str, week: str, content: dict[str, object]) -> None:
    """Write the manifest of a source's week."""
    text = json.dumps({**content, "code_version": CODE_VERSION}, ensure_ascii=False, indent=1, sort_keys=True)
    files.open(folder / source / "manifest" / f"week={week}.json").write(f"{text}\n".encode())
