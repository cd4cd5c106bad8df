"""The right cells of ``metric_values`` in the demo region, from the contributions of ``truth.py``."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import polars as pl

from ingestion.demo import codes
from ingestion.demo.faults import EMPTY_SURVEY, MISSING_BOOK, NO_VK, TRUNCATED_BOOK, happens
from ingestion.demo.truth import DIMENSIONS
from ingestion.demo.truth_hidden import hidden_rows
from ingestion.demo.truth_metrics import METRICS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ingestion.demo.shape import Shape

_CUTS = ((), ("office_id",), ("channel",), ("touchpoint",))
_HEADLINE_CUTS = (
    *(*_CUTS, ("journey",), ("client_group",)),
    *(("office_id", "touchpoint"), ("office_id", "channel"), ("journey", "stage"), ("client_group", "segment")),
)
_KEYS = ("week", "metric", "region", *DIMENSIONS)
_Z = 1.959963984540054  # 97.5th percentile of the normal distribution
_WEAK_BELOW = 30


def _sums(counted: pl.DataFrame, metric: str) -> pl.DataFrame:
    """Parts of each cell of each cut; a record without a dimension counts only where the cut is wider."""
    parts = []
    measure = pl.col("measure").drop_nulls()
    is_measured = METRICS[metric].kind in ("median", "quantile")
    for cut in _HEADLINE_CUTS if METRICS[metric].is_headline else _CUTS:
        kept = counted.drop_nulls(list(cut)) if cut else counted
        wider = [pl.lit(None, pl.String).alias(name) for name in DIMENSIONS if name not in cut]
        parts.append(
            kept.group_by("week", "metric", "region", *cut)
            .agg(
                pl.col("numerator", "denominator").sum(),
                size=pl.col("numerator").abs().sum(),
                variance=pl.col("numerator").var(),
                measures=measure.sort() if is_measured else measure.head(0),
            )
            .with_columns(wider)
            .select(*_KEYS, "numerator", "denominator", "size", "variance", "measures")
        )
    return pl.concat(parts)


def _spine(shape: Shape, offices: pl.DataFrame) -> pl.DataFrame:
    """Cells that exist also where nothing happened: regions, centres, touchpoints of regions."""
    regions = offices["region"].unique().to_list()
    places: list[dict[str, str]] = [{"region": region} for region in regions]
    places += offices.select("region", "office_id").to_dicts()
    places += [{"region": one, "touchpoint": other} for one, other in product(regions, codes.ALL_TOUCHPOINTS)]
    rows = [
        (week, metric, *(place.get(name) for name in ("region", *DIMENSIONS)))
        for week, metric, place in product(range(len(shape.weeks)), METRICS, places)
        if "touchpoint" not in place or METRICS[metric].has_touchpoint
    ]
    types = {name: pl.Int64 if name == "week" else pl.String for name in _KEYS}
    return pl.DataFrame(rows, schema=types, orient="row")


def _has_no_source(shape: Shape, offices: pl.DataFrame) -> pl.Expr:
    """Whether a source that the metric needs did not come in that week, or for that centre."""
    week, metric, office = pl.col("week"), pl.col("metric"), pl.col("office_id")
    missing = pl.lit(value=False)

    def needs(source: str) -> pl.Expr:
        return metric.is_in([name for name, described in METRICS.items() if source in described.sources])

    if happens(shape, EMPTY_SURVEY):
        missing |= (week == EMPTY_SURVEY) & needs("survey")
    if happens(shape, NO_VK):
        missing |= (week == NO_VK) & needs("vk")
    for position, centre in (TRUNCATED_BOOK, MISSING_BOOK):
        if happens(shape, position):
            here = office.is_null() | (office == offices["office_id"][centre])
            missing |= (week == position) & needs("complaints_book") & here
    return missing


def _intervals() -> dict[str, pl.Expr]:
    """Wilson for shares, adjusted Wald for net scores, normal for means, order statistics for medians and deciles."""
    n, p, z = pl.col("n"), pl.col("numerator") / pl.col("n"), _Z
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * (p * (1 - p) / n + z * z / (4 * n * n)).sqrt()
    adjusted = pl.col("numerator") / (n + 3)
    spread = z * (((pl.col("size") + 1.5) / (n + 3) - adjusted**2) / (n + 3)).sqrt()
    share = pl.when(pl.col("kind") == "median").then(0.5).otherwise(0.9)  # of values below
    ranks = z * (n * share * (1 - share)).sqrt()
    low_rank = (n * share - ranks + 0.5).floor().clip(1)
    high_rank = pl.min_horizontal((n * share + ranks + 1.5).floor(), n)

    def ranked(rank: pl.Expr) -> pl.Expr:
        return pl.col("measures").list.get(rank.cast(pl.Int64, strict=False) - 1, null_on_oob=True)

    kind = pl.col("kind")
    mean, error = pl.col("numerator") / n, z * (pl.col("variance") / n).sqrt()  # of a single record there is none
    return {
        "ci_low": pl.when(kind == "share")
        .then((100 * (middle - half)).clip(0))
        .when(kind == "net")
        .then((100 * (adjusted - spread)).clip(-100))
        .when(kind == "mean")
        .then(mean - error)
        .when(kind.is_in(["median", "quantile"]))
        .then(ranked(low_rank)),
        "ci_high": pl.when(kind == "share")
        .then((100 * (middle + half)).clip(None, 100))
        .when(kind == "net")
        .then((100 * (adjusted + spread)).clip(None, 100))
        .when(kind == "mean")
        .then(mean + error)
        .when(kind.is_in(["median", "quantile"]))
        .then(ranked(high_rank)),
    }


def _value() -> pl.Expr:
    kind, numerator, denominator = pl.col("kind"), pl.col("numerator"), pl.col("denominator")
    ninth_decile = (9 * pl.col("measured").cast(pl.Int64) + 9) // 10  # rank: nine tenths of n, rounded up
    return (
        pl.when(kind == "median")
        .then(pl.col("measures").list.median())
        .when(kind == "quantile")
        .then(pl.col("measures").list.get(ninth_decile - 1, null_on_oob=True))
        .when(kind == "count")
        .then(numerator)
        .when(kind == "mean")
        .then(numerator / denominator)
        .otherwise(100 * numerator / denominator)
    )


def cells(shape: Shape, offices: pl.DataFrame, contributions: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """Every cell with value, parts, n, interval, status and maturity, as readers must find it.

    Args:
        shape: Size and calendar of the region.
        offices: Centres of the region.
        contributions: Records that count or are excluded, each frame of one metric.

    Returns:
        The columns of ``metric_values`` without definitions and ``as_of``; ``week`` as ``2026-W46``.
    """
    by_metric: dict[str, list[pl.DataFrame]] = {}
    for part in contributions:
        if not part.is_empty():
            by_metric.setdefault(part["metric"][0], []).append(part.filter(pl.col("reason").is_null()))
    sums = pl.concat([_sums(pl.concat(parts), metric) for metric, parts in by_metric.items()])
    every = pl.concat([sums.select(_KEYS), _spine(shape, offices)]).unique()
    kind, metric = pl.col("kind"), pl.col("metric")
    frame = (
        every.join(sums, on=_KEYS, how="left", nulls_equal=True)
        .with_columns(
            pl.col("numerator", "denominator", "size").fill_null(0),
            kind=metric.replace_strict({name: described.kind for name, described in METRICS.items()}),
            measured=pl.col("measures").list.len().fill_null(0).cast(pl.Float64),
        )
        .with_columns(
            n=pl.when(kind.is_in(["median", "quantile"]))
            .then("measured")
            .when(kind == "count")
            .then("numerator")
            .otherwise("denominator"),
            value=_value(),
            denominator=pl.when(kind != "count").then("denominator"),
        )
    )
    n, is_count = pl.col("n"), kind == "count"
    survey, at_once = (
        [name for name, described in METRICS.items() if getattr(described, flag)]
        for flag in ("is_survey", "is_final_at_once")
    )
    found = hidden_rows(frame.filter(metric.is_in(survey)))
    frame = frame.with_columns(is_hidden=pl.Series([row in found for row in frame.select(_KEYS).iter_rows()]))
    frame = frame.with_columns(
        **_intervals(),
        status=pl.when(_has_no_source(shape, offices))
        .then(pl.lit("no_source"))
        .when((n == 0) & ~is_count)
        .then(pl.lit("no_data"))
        .when("is_hidden")
        .then(pl.lit("hidden"))
        .when((n < _WEAK_BELOW) & ~is_count)
        .then(pl.lit("weak"))
        .otherwise(pl.lit("ok")),
        maturity=pl.when(metric.is_in(at_once) | (pl.col("week") < shape.last))
        .then(pl.lit("final"))
        .otherwise(pl.lit("provisional")),
    )
    shown, hidden = pl.col("status").is_in(["ok", "weak"]), pl.col("is_hidden")
    return frame.with_columns(
        pl.when(shown).then(pl.col("value", "ci_low", "ci_high")),
        pl.when(~hidden).then(pl.col("numerator", "denominator", "n")),
        pl.col("week").replace_strict(dict(enumerate(shape.weeks))),
    ).drop("kind", "is_hidden", "size", "variance", "measures", "measured")
