"""The right answers of the demo region, computed from what was planted and from nothing that the product wrote.

Only tests read them. A contribution is a record that counts, or is excluded, in a metric; a cell is what a
reader finds in ``metric_values``.
"""

from __future__ import annotations

import polars as pl

from ingestion.demo.shape import DAY, HOUR, Shape

DIMENSIONS = ("office_id", "journey", "touchpoint", "channel", "client_group")
_COLUMNS = ("week", "metric", "region", *DIMENSIONS, "numerator", "denominator", "measure", "reason")
_HOME = "demo"


def _week(shape: Shape, column: str) -> pl.Expr:
    return ((pl.col(column) - shape.start) // (7 * DAY)).alias("week")


def _contributions(frame: pl.DataFrame, metric: str, **columns: pl.Expr) -> pl.DataFrame:
    nothing = {name: pl.lit(None, pl.String) for name in (*DIMENSIONS, "reason") if name not in frame.columns}
    numbers = {name: pl.lit(None, pl.Float64) for name in ("numerator", "denominator", "measure")}
    frame = frame.with_columns(metric=pl.lit(metric), **(numbers | nothing | columns))
    return frame.select(_COLUMNS).with_columns(
        pl.col("week").cast(pl.Int64), pl.col("numerator", "denominator", "measure").cast(pl.Float64)
    )


def _placed(frame: pl.DataFrame, offices: pl.DataFrame) -> pl.DataFrame:
    """Add centre and region; what has no centre belongs to the home region."""
    places = offices.select(pl.col("office").cast(pl.Int64), "office_id", "region")
    return frame.join(places, on="office", how="left", maintain_order="left").with_columns(
        pl.col("region").fill_null(_HOME), touchpoint="touchpoint_known"
    )


def of_contacts(
    shape: Shape, offices: pl.DataFrame, appeals: pl.DataFrame, conversations: pl.DataFrame
) -> list[pl.DataFrame]:
    """Contributions of appeals and conversations: rr, cv2, ttfr."""
    within = pl.col("received") + 7 * DAY
    judged = [
        _placed(frame, offices).with_columns(
            _week(shape, "received"),
            reason=pl.when(pl.col("excluded") <= within)
            .then("exclusion")
            .when("by_service")
            .then(pl.lit("service_started")),
            resolved=(pl.col("solved") <= within).fill_null(value=False)
            & ~(pl.col("reopened") <= within).fill_null(value=False),
        )
        for frame in (appeals, conversations)
    ]
    shared = ["week", "region", *DIMENSIONS, "reason", "resolved"]
    contacts = pl.concat([frame.select(shared) for frame in judged])
    one = pl.lit(1.0)
    replied = judged[1].with_columns(
        answered=pl.when(pl.col("replied") <= within).then((pl.col("replied") - pl.col("received")) / 60)
    )
    bot_only = (pl.col("channel") == "bot") & pl.col("answered").is_null()
    return [
        _contributions(contacts, "rr", numerator=pl.col("resolved"), denominator=one),
        _contributions(contacts, "cv2", numerator=one),
        _contributions(
            replied,
            "ttfr",
            numerator=pl.col("answered").is_not_null(),
            denominator=one,
            measure=pl.col("answered"),
            reason=pl.coalesce("reason", pl.when(bot_only).then(pl.lit("bot_only"))),
        ),
    ]


def of_survey(shape: Shape, offices: pl.DataFrame, survey: pl.DataFrame) -> list[pl.DataFrame]:
    """Contributions of survey responses: ces, nps, link_rate."""
    linked = pl.col("is_linked")
    late = linked & (
        (pl.col("invited") > pl.col("ended") + 24 * HOUR) | (pl.col("submitted") > pl.col("ended") + 48 * HOUR)
    )
    # what is tied to no contact keeps the centre and the group that the respondent gave
    sound = _placed(survey.filter(pl.col("fault").is_null()), offices).with_columns(
        late=late,
        touchpoint=pl.coalesce("own_touchpoint", pl.when(linked).then("touchpoint_known")),
        journey=pl.when(linked).then("journey"),
        channel=pl.when(linked).then("channel"),
        given=_week(shape, "submitted"),
        contact=_week(shape, "ended"),
        link=pl.when(linked).then(pl.format("appeal {}", "id")).otherwise(pl.format("response {}", "response_id")),
    )
    parts = [
        _contributions(
            sound.with_columns(week="given", channel=pl.lit(None, pl.String)),
            "link_rate",
            numerator=pl.col("touchpoint").is_not_null(),
            denominator=pl.lit(1.0),
            touchpoint=pl.lit(None, pl.String),
        )
    ]
    scores = {
        "ces": pl.when(pl.col("ces") > 3).then(1).when(pl.col("ces") < 3).then(-1).otherwise(0),
        "nps": pl.when(pl.col("nps") >= 9).then(1).when(pl.col("nps") <= 6).then(-1).otherwise(0),
    }
    for question, score in scores.items():
        judged = sound.with_columns(
            week=pl.when(linked & ~pl.col("late")).then("contact").otherwise("given"),
            reason=pl.when(pl.col("last_page") < 2)
            .then(pl.lit("incomplete"))
            .when(pl.col(question).is_null())
            .then(pl.lit("no_answer"))
            .when("late")
            .then(pl.lit("late")),
        )
        first = pl.struct("submitted", "response_id").rank("ordinal").over("link", pl.col("reason").is_null()) == 1
        again = pl.col("reason").is_null() & ~first
        judged = judged.with_columns(reason=pl.when(again).then(pl.lit("duplicate_answer")).otherwise("reason"))
        parts.append(_contributions(judged, question, numerator=score, denominator=pl.lit(1.0)))
    return parts


def of_book(shape: Shape, offices: pl.DataFrame, book: pl.DataFrame) -> pl.DataFrame:
    """Contributions of book entries: link_rate."""
    sound = _placed(book.filter(pl.col("fault").is_null()), offices).with_columns(_week(shape, "entered"))
    return _contributions(
        sound,
        "link_rate",
        numerator=pl.col("touchpoint").is_not_null(),
        denominator=pl.lit(1.0),
        touchpoint=pl.lit(None, pl.String),
    )


def of_mentions(shape: Shape, offices: pl.DataFrame, mentions: pl.DataFrame) -> list[pl.DataFrame]:
    """Contributions of reviews or posts: cv1, and link_rate, where none is tied to a touchpoint yet."""
    sound = mentions.filter(pl.col("fault").is_null()).with_columns(touchpoint_known=pl.lit(None, pl.String))
    sound = _placed(sound, offices).with_columns(
        _week(shape, "published"),
        reason=pl.when("is_own")
        .then(pl.lit("own_post"))
        .when("is_repost")
        .then(pl.lit("repost"))
        .when("is_hidden")
        .then(pl.lit("hidden_by_platform")),
    )
    return [
        _contributions(sound, "cv1", numerator=pl.lit(1.0)),
        _contributions(sound, "link_rate", numerator=pl.lit(0.0), denominator=pl.lit(1.0)),
    ]
