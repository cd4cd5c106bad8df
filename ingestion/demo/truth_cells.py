"""The right cells of ``metric_values`` in the demo region, from the contributions of ``truth.py``."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import polars as pl

from ingestion.demo import codes
from ingestion.demo.faults import EMPTY_SURVEY, MISSING_BOOK, NO_VK, TRUNCATED_BOOK, happens
from ingestion.demo.truth import DIMENSIONS

if TYPE_CHECKING:
    from ingestion.demo.shape import Shape

KINDS = {
    "ces": "net",
    "nps": "net",
    "rr": "share",
    "link_rate": "share",
    "ttfr": "median",
    "cv1": "count",
    "cv2": "count",
}
_WITHOUT_TOUCHPOINT = ("cv1", "link_rate")
_FINAL_AT_ONCE = ("cv1", "link_rate")
_SURVEY = ("ces", "nps")
_CUTS = (
    (),
    *((name,) for name in DIMENSIONS),
    ("office_id", "touchpoint"),
    ("office_id", "channel"),
)
_KEYS = ("week", "metric", "region", *DIMENSIONS)
_Z = 1.959963984540054  # 97.5th percentile of the normal distribution
_HIDDEN_BELOW, _WEAK_BELOW = 10, 30


def _sums(counted: pl.DataFrame) -> pl.DataFrame:
    """Parts of each cell of each cut; a record without a dimension counts only where the cut is wider."""
    parts = []
    for cut in _CUTS:
        kept = counted.drop_nulls(list(cut)) if cut else counted
        wider = [pl.lit(None, pl.String).alias(name) for name in DIMENSIONS if name not in cut]
        parts.append(
            kept.group_by("week", "metric", "region", *cut)
            .agg(
                pl.col("numerator", "denominator").sum(),
                size=pl.col("numerator").abs().sum(),
                measures=pl.col("measure").drop_nulls().sort(),
            )
            .with_columns(wider)
            .select(*_KEYS, "numerator", "denominator", "size", "measures")
        )
    return pl.concat(parts)


def _spine(shape: Shape, offices: pl.DataFrame) -> pl.DataFrame:
    """Cells that exist also where nothing happened: regions, centres, touchpoints of regions."""
    regions = offices["region"].unique().to_list()
    places = [(region, None, None) for region in regions]
    places += [(row["region"], row["office_id"], None) for row in offices.iter_rows(named=True)]
    places += [(region, None, touchpoint) for region, touchpoint in product(regions, codes.ALL_TOUCHPOINTS)]
    rows = [
        (week, metric, region, office, None, touchpoint, None, None)
        for week, metric, (region, office, touchpoint) in product(range(len(shape.weeks)), KINDS, places)
        if touchpoint is None or metric not in _WITHOUT_TOUCHPOINT
    ]
    types = {name: pl.Int64 if name == "week" else pl.String for name in _KEYS}
    return pl.DataFrame(rows, schema=types, orient="row")


def _has_no_source(shape: Shape, offices: pl.DataFrame) -> pl.Expr:
    """Whether a source that the metric needs did not come in that week, or for that centre."""
    week, metric, office = pl.col("week"), pl.col("metric"), pl.col("office_id")
    missing = pl.lit(value=False)
    if happens(shape, EMPTY_SURVEY):
        missing |= (week == EMPTY_SURVEY) & metric.is_in([*_SURVEY, "link_rate"])
    if happens(shape, NO_VK):
        missing |= (week == NO_VK) & metric.is_in(["cv1", "link_rate"])
    for position, centre in (TRUNCATED_BOOK, MISSING_BOOK):
        if happens(shape, position):
            here = office.is_null() | (office == offices["office_id"][centre])
            missing |= (week == position) & (metric == "link_rate") & here
    return missing


def _intervals() -> dict[str, pl.Expr]:
    """Wilson for shares, adjusted Wald for net scores, order statistics for medians."""
    n, p, z = pl.col("n"), pl.col("numerator") / pl.col("n"), _Z
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * (p * (1 - p) / n + z * z / (4 * n * n)).sqrt()
    adjusted = pl.col("numerator") / (n + 3)
    spread = z * (((pl.col("size") + 1.5) / (n + 3) - adjusted**2) / (n + 3)).sqrt()
    low_rank = (n / 2 - z * n.sqrt() / 2 + 0.5).floor().clip(1)
    high_rank = pl.min_horizontal((n / 2 + z * n.sqrt() / 2 + 1.5).floor(), n)

    def ranked(rank: pl.Expr) -> pl.Expr:
        return pl.col("measures").list.get(rank.cast(pl.Int64, strict=False) - 1, null_on_oob=True)

    kind = pl.col("kind")
    return {
        "ci_low": pl.when(kind == "share")
        .then((100 * (middle - half)).clip(0))
        .when(kind == "net")
        .then((100 * (adjusted - spread)).clip(-100))
        .when(kind == "median")
        .then(ranked(low_rank)),
        "ci_high": pl.when(kind == "share")
        .then((100 * (middle + half)).clip(None, 100))
        .when(kind == "net")
        .then((100 * (adjusted + spread)).clip(None, 100))
        .when(kind == "median")
        .then(ranked(high_rank)),
    }


def cells(shape: Shape, offices: pl.DataFrame, contributions: pl.DataFrame) -> pl.DataFrame:
    """Every cell with value, parts, n, interval, status and maturity, as readers must find it.

    Args:
        shape: Size and calendar of the region.
        offices: Centres of the region.
        contributions: Records that count or are excluded, of all metrics.

    Returns:
        The columns of ``metric_values`` without definitions and ``as_of``; ``week`` as ``2026-W46``.
    """
    sums = _sums(contributions.filter(pl.col("reason").is_null()))
    every = pl.concat([sums.select(_KEYS), _spine(shape, offices)]).unique()
    kind, metric = pl.col("kind"), pl.col("metric")
    frame = (
        every.join(sums, on=_KEYS, how="left", nulls_equal=True)
        .with_columns(
            pl.col("numerator", "denominator", "size").fill_null(0),
            kind=metric.replace_strict(KINDS),
            measured=pl.col("measures").list.len().fill_null(0).cast(pl.Float64),
        )
        .with_columns(
            n=pl.when(kind == "median")
            .then("measured")
            .when(kind == "count")
            .then("numerator")
            .otherwise("denominator"),
            value=pl.when(kind == "median")
            .then(pl.col("measures").list.median())
            .when(kind == "count")
            .then("numerator")
            .otherwise(100 * pl.col("numerator") / pl.col("denominator")),
            denominator=pl.when(kind != "count").then("denominator"),
        )
    )
    n, is_count = pl.col("n"), kind == "count"
    frame = frame.with_columns(
        **_intervals(),
        status=pl.when(_has_no_source(shape, offices))
        .then(pl.lit("no_source"))
        .when((n == 0) & ~is_count)
        .then(pl.lit("no_data"))
        .when((n < _HIDDEN_BELOW) & metric.is_in(_SURVEY))
        .then(pl.lit("hidden"))
        .when((n < _WEAK_BELOW) & ~is_count)
        .then(pl.lit("weak"))
        .otherwise(pl.lit("ok")),
        maturity=pl.when(metric.is_in(_FINAL_AT_ONCE) | (pl.col("week") < shape.last))
        .then(pl.lit("final"))
        .otherwise(pl.lit("provisional")),
    )
    status = pl.col("status")
    shown, hidden = status.is_in(["ok", "weak"]), status == "hidden"
    return frame.with_columns(
        pl.when(shown).then(pl.col("value", "ci_low", "ci_high")),
        pl.when(~hidden).then(pl.col("numerator", "denominator", "n")),
        pl.col("week").replace_strict(dict(enumerate(shape.weeks))),
    ).drop("kind", "size", "measures", "measured")
