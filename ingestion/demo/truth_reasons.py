"""The right weights of the reasons of dissatisfaction, from what was planted in the complaints books."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import polars as pl

from ingestion.demo import codes
from ingestion.demo.faults import MISSING_BOOK, TRUNCATED_BOOK, happens
from ingestion.demo.truth import placed, week_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ingestion.demo.shape import Shape

_WEEKS = 4
_MOST_UNCLASSIFIED = 0.2
SCHEMA = {
    **dict.fromkeys(("week", "region", "reason"), pl.String),
    "volume": pl.Int64,
    "reason_weight": pl.Float64,
    **dict.fromkeys(("item_count", "unclassified_count"), pl.Int64),
    "status": pl.String,
}


def reason_weights(shape: Shape, offices: pl.DataFrame, book: pl.DataFrame) -> pl.DataFrame:
    """One row per week, region and reason that the books can name."""
    sound = placed(book.filter(pl.col("fault").is_null()), offices).with_columns(week_of(shape, "entered"))
    items = sound.select("week", "region", "reasons").rows()
    lost = [
        (week, region)
        for week, office in (TRUNCATED_BOOK, MISSING_BOOK)
        if happens(shape, week)
        for (region,) in offices.filter(pl.col("office") == office).select("region").iter_rows()
    ]
    rows: list[tuple[Any, ...]] = []
    for place, week in enumerate(shape.weeks):
        for region in offices["region"].unique():
            window = range(place - _WEEKS + 1, place + 1)
            named = [set(_codes(text)) for at, where, text in items if at in window and where == region]
            has_gap = any(at in window and where == region for at, where in lost)
            rows += ((week, region, *row) for row in _weighed(named, has_gap))
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def _codes(text: str | None) -> Iterator[str]:
    for name in (text or "").split("; "):
        if name in codes.REASONS:
            yield codes.REASONS[name][0]


def _weighed(named: list[set[str]], has_gap: bool) -> Iterator[tuple[Any, ...]]:
    """Reason, volume, weight, items, unclassified ones and status."""
    volumes = Counter(code for each in named for code in each)
    criticality = dict(codes.REASONS.values())
    total = sum(criticality[code] * count for code, count in volumes.items())
    without = sum(not each for each in named)
    over = bool(named) and without / len(named) > _MOST_UNCLASSIFIED
    status = "no_source" if has_gap else "no_data" if not total else "unclassified" if over else "ok"
    for code, critical in criticality.items():
        weight = 100 * critical * volumes[code] / total if status in ("ok", "unclassified") else None
        yield code, volumes[code], weight, len(named), without, status
