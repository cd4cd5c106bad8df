"""The right answers of the demo region, computed from what was planted and from nothing that the product wrote.

Only tests read them. What holds for all sources, and the sources without windows, stand here; contacts,
conversations and surveys have their own modules. A contribution is a record that counts, or is excluded, in a
metric; a cell is what a reader finds in ``metric_values``.
"""

from __future__ import annotations

import polars as pl

from ingestion.demo import codes
from ingestion.demo.shape import DAY, Shape
from ingestion.demo.texts import understood
from ingestion.demo.workbooks import CATEGORIES, SCORES

DIMENSIONS = ("office_id", "journey", "stage", "touchpoint", "channel", "client_group", "segment")
_COLUMNS = ("week", "metric", "region", *DIMENSIONS, "numerator", "denominator", "measure", "reason")
_HOME = "demo"
_STAGES = {
    f"{journey} {touchpoint}": stage
    for journey, stages in codes.STAGES.items()
    for stage, touchpoints in stages.items()
    for touchpoint in touchpoints
}


def week_of(shape: Shape, column: str) -> pl.Expr:
    """Position of the week of a moment."""
    return ((pl.col(column) - shape.start) // (7 * DAY)).alias("week")


def contributions(frame: pl.DataFrame, metric: str, **columns: pl.Expr) -> pl.DataFrame:
    """Records that count in a metric, or are excluded from it: what is not given is null, but the stage follows."""
    nothing = {name: pl.lit(None, pl.String) for name in (*DIMENSIONS, "reason") if name not in frame.columns}
    numbers = {name: pl.lit(None, pl.Float64) for name in ("numerator", "denominator", "measure")}
    frame = frame.with_columns(metric=pl.lit(metric), **(numbers | nothing | columns))
    return frame.select(_COLUMNS).with_columns(
        pl.format("{} {}", "journey", "touchpoint")
        .replace_strict(_STAGES, default=None, return_dtype=pl.String)
        .alias("stage"),
        pl.col("week").cast(pl.Int64),
        pl.col("numerator", "denominator", "measure").cast(pl.Float64),
    )


def placed(frame: pl.DataFrame, offices: pl.DataFrame) -> pl.DataFrame:
    """Add centre and region; what has no centre belongs to the home region."""
    places = offices.select(pl.col("office").cast(pl.Int64), "office_id", "region")
    return frame.join(places, on="office", how="left", maintain_order="left").with_columns(
        pl.col("region").fill_null(_HOME), touchpoint="touchpoint_known"
    )


def of_book(shape: Shape, offices: pl.DataFrame, book: pl.DataFrame) -> pl.DataFrame:
    """Contributions of book entries: link_rate."""
    sound = placed(book.filter(pl.col("fault").is_null()), offices).with_columns(week_of(shape, "entered"))
    sound = pl.concat([sound, understood(sound["text_kind"])], how="horizontal").with_columns(
        touchpoint=pl.coalesce("touchpoint", "text_touchpoint")
    )
    return contributions(
        sound,
        "link_rate",
        numerator=pl.col("touchpoint").is_not_null(),
        denominator=pl.lit(1.0),
        touchpoint=pl.lit(None, pl.String),
    )


def of_mentions(shape: Shape, offices: pl.DataFrame, mentions: pl.DataFrame) -> list[pl.DataFrame]:
    """Contributions of reviews or posts: cv1, and link_rate, where the text alone tells the touchpoint."""
    sound = mentions.filter(pl.col("fault").is_null())
    sound = sound.with_columns(touchpoint_known=understood(sound["text_kind"])["text_touchpoint"])
    sound = placed(sound, offices).with_columns(
        week_of(shape, "published"),
        reason=pl.when("is_own")
        .then(pl.lit("own_post"))
        .when("is_repost")
        .then(pl.lit("repost"))
        .when("is_hidden")
        .then(pl.lit("hidden_by_platform")),
    )
    return [
        contributions(sound, "cv1", numerator=pl.lit(1.0), touchpoint=pl.lit(None, pl.String)),
        contributions(
            sound,
            "link_rate",
            numerator=pl.col("touchpoint").is_not_null(),
            denominator=pl.lit(1.0),
            touchpoint=pl.lit(None, pl.String),
        ),
    ]


def of_evaluations(shape: Shape, offices: pl.DataFrame, evaluations: pl.DataFrame) -> pl.DataFrame:
    """Contributions of evaluations: iqs."""
    points = {position: None if text == "н/п" else _number(text) for position, text in enumerate(SCORES)}
    weighted, weights, fails = [], [], []
    for part, (_, written, critical) in enumerate(CATEGORIES):
        score = pl.col(f"score_{part}").replace_strict(points, return_dtype=pl.Float64)
        weight = _number(written)
        weighted.append((score * weight).fill_null(0))
        weights.append(pl.when(score.is_not_null()).then(weight).otherwise(0.0))
        if critical == "да":
            fails.append((score < 0.5).fill_null(value=False))
    known = pl.Series([*codes.TOUCHPOINTS.values(), None])
    judged = placed(
        evaluations.with_columns(touchpoint_known=known.gather(evaluations["touchpoint"])), offices
    ).with_columns(
        week_of(shape, "reviewed"),
        total=pl.sum_horizontal(weights),
        score=pl.when(pl.any_horizontal(fails))
        .then(0.0)
        .otherwise(100 * pl.sum_horizontal(weighted) / pl.sum_horizontal(weights)),
    )
    return contributions(
        judged,
        "iqs",
        numerator=pl.col("score"),
        denominator=pl.lit(1.0),
        reason=pl.when(pl.col("total") == 0).then(pl.lit("nothing_rated")),
    )


def _number(text: str) -> float:
    return float(text.replace(",", "."))
