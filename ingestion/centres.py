"""Centres as people write them in tables: by code, or by the name that the register has."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from ingestion.contract import TEXT
from ingestion.landing import partition
from ingestion.privacy import redact_identifiers
from ingestion.weeks import previous_week

if TYPE_CHECKING:
    from ingestion.extract import Context

_WEEKS_BACK = 8  # as far as the register itself is looked for


def with_offices(frame: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Names of centres in ``office_id`` become codes.

    Other names and codes stay, for :func:`ingestion.extract.with_place` to refuse. A name that two centres have is
    no name of either.
    """
    names = _names(context)
    known = names.filter(pl.col("name").is_unique())
    written = redact_identifiers(frame["office_id"]).str.replace_all(r"\s+", " ")
    codes = written.replace_strict(known["name"], known["office_id"], default=None, return_dtype=TEXT)
    return frame.with_columns(office_id=pl.select(pl.coalesce(codes, frame["office_id"])).to_series())


def _names(context: Context) -> pl.DataFrame:
    week = context.week
    for _ in range(_WEEKS_BACK):
        path = partition(context.settings.landing, "ais", "offices", week)
        if path.exists():
            offices = pl.read_parquet(path, columns=["office_id", "name"]).drop_nulls()
            if offices.height:
                return offices.with_columns(pl.col("name").str.replace_all(r"\s+", " ").str.strip_chars())
        week = previous_week(week)
    return pl.DataFrame(schema={"office_id": TEXT, "name": TEXT})
