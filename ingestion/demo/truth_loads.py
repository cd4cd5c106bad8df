"""How many rows of the demo region must land, and how many must be set aside, by source, entity and week."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from ingestion.demo import codes

if TYPE_CHECKING:
    from ingestion.demo.shape import Shape

_QUESTIONS = len(codes.QUESTIONS) + 2  # with NPS and comment; a row each, also where nothing was answered


def loads(shape: Shape, deliveries: dict[tuple[str, str], pl.DataFrame]) -> pl.DataFrame:
    """Count sound and faulty rows.

    Args:
        shape: Size and calendar of the region.
        deliveries: By source and entity, frames with ``file`` and ``fault``.

    Returns:
        One row per source, entity, week and fault (null for sound rows) with ``rows``.
    """
    parts = []
    for (source, entity), frame in deliveries.items():
        factor = _QUESTIONS if entity == "answers" else 1
        parts.append(
            frame.filter(pl.col("fault").ne_missing("lost"))
            .group_by("file", "fault")
            .agg(rows=pl.len())
            .select(
                source=pl.lit(source),
                entity=pl.lit(entity),
                week=pl.col("file").replace_strict(dict(enumerate(shape.weeks))),
                fault="fault",
                rows=pl.col("rows").cast(pl.Int64) * factor,
            )
        )
    return pl.concat(parts).sort("source", "entity", "week", "fault")
