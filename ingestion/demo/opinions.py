"""Plan of what people say: survey answers, book entries, reviews, posts, and evaluations of quality."""

from __future__ import annotations

import numpy as np
import polars as pl

from ingestion.demo import codes
from ingestion.demo.geography import mood
from ingestion.demo.shape import DAY, HOUR, MINUTE, WEEK, Shape
from ingestion.demo.texts import fitting


def _moments(shape: Shape, rng: np.random.Generator, week: np.ndarray) -> np.ndarray:
    return (
        shape.start + week * WEEK + rng.integers(0, 6 * DAY, len(week)) + rng.integers(8 * HOUR, 20 * HOUR, len(week))
    )


def plan_survey(shape: Shape, offices: pl.DataFrame, appeals: pl.DataFrame) -> pl.DataFrame:
    """Responses: most follow an appeal; some come late, twice, unfinished, or with a number that nobody knows."""
    rng = shape.stream("survey")
    ended = appeals.filter(pl.col("ended").is_not_null())
    # who was asked answers most; a link that somebody passed on is answered too
    share = np.where(ended["is_delivered"].fill_null(value=False).to_numpy(), 0.37, 0.04)
    chosen = ended.filter(pl.Series(rng.random(ended.height) < share))
    twice = chosen.filter(pl.Series(rng.random(chosen.height) < 0.01)).with_columns(second=pl.lit(value=True))
    both = pl.concat([chosen.with_columns(second=pl.lit(value=False)), twice])
    size = both.height
    feeling = mood(offices, both["office"].to_numpy(), both["week"].to_numpy(), both["touchpoint"].to_numpy())
    invite = np.where(
        rng.random(size) < 0.03, rng.integers(25 * HOUR, 40 * HOUR, size), rng.integers(HOUR, 8 * HOUR, size)
    )
    # the AIS tells when it invited; others got the link elsewhere
    invite = np.where(
        both["sent"].is_not_null(), both["sent"].fill_null(0).to_numpy() - both["ended"].to_numpy(), invite
    )
    answer = np.where(
        rng.random(size) < 0.03, rng.integers(49 * HOUR, 70 * HOUR, size), rng.integers(HOUR, 36 * HOUR, size)
    )
    lateness = np.maximum(invite + 60, np.where(answer > 48 * HOUR, answer, np.minimum(answer + invite, 47 * HOUR)))
    lateness = lateness + np.where(both["second"].to_numpy(), 20 * MINUTE, 0)
    more = shape.stream("survey-more")
    edge = np.maximum(invite + 60, 48 * HOUR + more.integers(0, 2, size))  # the last second, and one later
    lateness = np.where(more.random(size) < 0.01, edge, lateness)

    def answers(points: int, middle: float) -> pl.Expr:
        scores = np.rint(middle + 0.25 * (points - 1) * feeling + more.normal(0, 0.25 * points, size)).clip(1, points)
        return pl.when(pl.Series(more.random(size) >= 0.04)).then(pl.Series(scores.astype(np.int64)))

    ces = np.rint(3.35 + 1.0 * feeling + rng.normal(0, 1.1, size)).clip(1, 5).astype(np.int64)
    nps = np.rint(7.6 + 1.8 * feeling + rng.normal(0, 2.2, size)).clip(0, 10).astype(np.int64)
    own_code, link = rng.random(size), rng.random(size)
    middles = {"expectation_information": 2.9, "expectation_premises": 3.1, "satisfaction_specialist": 3.6}
    frame = both.with_columns(
        invited=pl.Series(both["ended"].to_numpy() + invite),
        submitted=pl.Series(both["ended"].to_numpy() + lateness),
        ces=pl.when(pl.Series(rng.random(size) >= 0.03)).then(pl.Series(ces)),
        nps=pl.when(pl.Series(rng.random(size) >= 0.05)).then(pl.Series(nps)),
        expectation=answers(5, 3.2),
        satisfaction=answers(5, 3.4),
        resolved=answers(2, 1.7),
        first_contact=answers(2, 1.55),
        **{aspect: answers(5, middles[aspect]) for aspect in codes.ASPECTS},
        last_page=pl.Series(np.where(rng.random(size) < 0.04, 1, 2)),
        own_code=pl.when(pl.Series(own_code) < 0.3)
        .then("touchpoint_code")
        .when(pl.Series(own_code) < 0.32)
        .then(pl.lit(codes.UNKNOWN_TOUCHPOINT)),
        number=pl.when(pl.Series(link) < 0.02)
        .then(None)
        .when(pl.Series(link) < 0.03)
        .then(pl.col("id").cast(pl.Int64) + 900_000_000)
        .otherwise(pl.col("id").cast(pl.Int64)),
        comment_kind=pl.Series(np.where(rng.random(size) < 0.25, rng.integers(0, 1000, size), -1)),
        incentive=pl.Series(rng.random(size) < 0.02),
    )
    frame = frame.filter(pl.col("submitted") < shape.end).sort("submitted", "id", "second")
    scores = frame.select(pl.coalesce("satisfaction", "ces").cast(pl.Float64).fill_null(float("nan"))).to_series()
    comments = fitting(frame["comment_kind"].to_numpy(), scores.to_numpy())
    return frame.with_row_index("response_id", offset=1).with_columns(
        comment_kind=pl.Series(comments),
        is_linked=(pl.col("number") == pl.col("id")).fill_null(value=False),
        own_touchpoint=pl.col("own_code").replace_strict(codes.TOUCHPOINTS, default=None, return_dtype=pl.String),
    )


def plan_book(shape: Shape, offices: pl.DataFrame) -> pl.DataFrame:
    """Entries of the complaints books; numbers run within a centre."""
    rng = shape.stream("book")
    week = shape.weekly_rows(40, rng)
    size = len(week)
    code = rng.integers(0, len(codes.TOUCHPOINTS), size)
    kind = rng.random(size)
    all_codes = pl.Series(list(codes.TOUCHPOINTS))
    reasons = _reasons(shape, size)
    frame = pl.DataFrame(
        {
            "office": rng.choice(shape.offices, size, p=offices["weight"].to_numpy()),
            "entered": _moments(shape, rng, week) // MINUTE * MINUTE,
            "text_kind": rng.integers(0, 1000, size),
            "client": rng.integers(0, 15_000, size),
            "is_answered": rng.random(size) < 0.6,
            "reasons": reasons,
        }
    ).with_columns(
        answered=pl.col("entered") + 3 * DAY,
        touchpoint_code=pl.when(pl.Series(kind) < 0.75)
        .then(all_codes.gather(code))
        .when(pl.Series(kind) < 0.8)
        .then(pl.lit(codes.UNKNOWN_TOUCHPOINT)),
    )
    return frame.sort("entered").with_columns(
        number=pl.int_range(pl.len()).over("office") + 1,
        touchpoint_known=pl.col("touchpoint_code").replace_strict(
            codes.TOUCHPOINTS, default=None, return_dtype=pl.String
        ),
    )


def _reasons(shape: Shape, size: int) -> pl.Series:
    """Why people complain: one reason, some two, and a few none or one that nobody knows."""
    rng = shape.stream("book-reasons")
    names = np.array([*codes.REASONS, codes.UNKNOWN_REASON])
    chances = [0.27, 0.11, 0.09, 0.14, 0.1, 0.09, 0.08, 0.08, 0.04]
    first, second = (names[rng.choice(len(names), size, p=chances)] for _ in range(2))
    kind = rng.random(size)
    both = [f"{one}; {other}" for one, other in zip(first, second, strict=True)]
    return pl.Series(np.where(kind < 0.18, both, first)).set(pl.Series(kind > 0.9), None)


def plan_mentions(shape: Shape, offices: pl.DataFrame, part: str, per_week: float) -> pl.DataFrame:
    """Reviews or posts; a centre is known for most of them."""
    rng = shape.stream(part)
    week = shape.weekly_rows(per_week, rng)
    size = len(week)
    office = rng.choice(shape.offices, size, p=offices["weight"].to_numpy())
    known = rng.random(size) < (0.9 if part == "two_gis" else 0.6)
    kind = rng.random(size)
    published = _moments(shape, rng, week)
    stars = rng.choice(5, size, p=[0.35, 0.12, 0.1, 0.13, 0.3]) + 1
    text_kind = rng.integers(0, 1000, size)
    return (
        pl.DataFrame(
            {
                "office": np.where(known, office, -1),
                # a post without a centre is dated in the zone of the region
                "published": published,
                "rating": stars,
                "text_kind": fitting(text_kind, stars) if part == "two_gis" else text_kind,
                "author": rng.integers(1000, 9000, size),
                "is_own": (kind < 0.1) & (part == "vk"),
                "is_repost": (kind >= 0.1) & (kind < 0.25) & (part == "vk"),
                "is_hidden": (kind < 0.03) & (part == "two_gis"),
                "is_answered": rng.random(size) < 0.4,
            }
        )
        .sort("published")
        .with_row_index("id", offset=5001)
    )


def plan_evaluations(shape: Shape, offices: pl.DataFrame) -> pl.DataFrame:
    """Evaluations of contacts: four categories each, some not applicable, and sometimes none."""
    rng = shape.stream("evaluations")
    week = shape.weekly_rows(60, rng)
    size = len(week)
    frame = pl.DataFrame(
        {
            "office": rng.choice(shape.offices, size, p=offices["weight"].to_numpy()),
            "reviewed": _moments(shape, rng, week) // MINUTE * MINUTE,
            "employee": rng.integers(1, 40, size),
            "touchpoint": rng.integers(0, len(codes.TOUCHPOINTS) + 1, size),  # the last is unknown
            **{f"score_{part}": rng.choice(4, size, p=[0.1, 0.15, 0.7, 0.05]) for part in range(4)},
        }
    )
    is_rated = pl.Series(rng.random(size) >= 0.03)
    return (
        frame.with_columns(
            pl.when(is_rated).then(f"score_{part}").otherwise(3).alias(f"score_{part}") for part in range(4)
        )
        .sort("reviewed")
        .with_row_index("id", offset=1)
    )
