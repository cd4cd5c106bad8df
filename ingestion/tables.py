"""Tables that people fill in by hand: their columns, moments and numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from ingestion.contract import TEXT
from ingestion.reading import need_columns, place
from ingestion.weeks import to_utc
from ingestion.workbook import read_workbook

if TYPE_CHECKING:
    from pathlib import Path

    from ingestion.extract import Context


def read_table(path: Path, columns: list[str], *optional: str) -> pl.DataFrame:
    """Columns of a table as text, with ``origin`` and no ``problem``; an optional one that is not there is null."""
    frame = read_workbook(path)
    need_columns(frame, columns, place(path))
    frame = frame.with_columns(pl.lit(None, TEXT).alias(name) for name in optional if name not in frame.columns)
    origin = pl.lit(f"{place(path)}#") + pl.col("_row").cast(TEXT)
    return frame.select(*columns, *optional, origin=origin, problem=pl.lit(None, TEXT))


def local_moment(column: str, context: Context) -> pl.Expr:
    """UTC of a local time ``ДД.ММ.ГГГГ ЧЧ:ММ`` (or as the spreadsheet stores it)."""
    local = pl.coalesce(
        pl.col(column).str.to_datetime("%d.%m.%Y %H:%M", time_unit="us", strict=False),
        pl.col(column).str.to_datetime("%Y-%m-%d %H:%M:%S%.f", time_unit="us", strict=False),
    )
    return to_utc(local, pl.col("_zone"), context.zones)


def number_of(column: str) -> pl.Expr:
    """A number that may have a decimal comma and spaces in it; no number is infinite."""
    plain = pl.col(column).str.replace_all(r"[\s\u00a0]", "").str.replace(",", ".", literal=True)
    number = plain.cast(pl.Float64, strict=False)
    return pl.when(number.is_finite()).then(number)
