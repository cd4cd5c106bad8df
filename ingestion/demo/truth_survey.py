"""The right answers about surveys: what people said of effort, expectation and the solution of their question."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from ingestion.demo import codes
from ingestion.demo.shape import HOUR
from ingestion.demo.texts import understood
from ingestion.demo.truth import contributions, placed, week_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ingestion.demo.shape import Shape

_ONE = pl.lit(1.0)
_LAST_PAGE = 2


def of_survey(shape: Shape, offices: pl.DataFrame, survey: pl.DataFrame) -> Iterable[pl.DataFrame]:
    """Contributions of responses: link_rate and completion_rate of all, the others of valid answers."""
    linked = pl.col("is_linked")
    late = linked & (
        (pl.col("invited") > pl.col("ended") + 24 * HOUR) | (pl.col("submitted") > pl.col("ended") + 48 * HOUR)
    )
    # what is tied to no contact keeps the centre and the group that the respondent gave
    sound = placed(survey.filter(pl.col("fault").is_null()), offices)
    sound = pl.concat([sound, understood(sound["comment_kind"])], how="horizontal").with_columns(
        late=late,
        touchpoint=pl.coalesce("own_touchpoint", pl.when(linked).then("touchpoint_known"), "text_touchpoint"),
        journey=pl.when(linked).then("journey"),
        channel=pl.when(linked).then("channel"),
        segment=pl.when(linked).then("segment"),
        given=week_of(shape, "submitted"),
        contact=week_of(shape, "ended"),
        link=pl.when(linked).then(pl.format("appeal {}", "id")).otherwise(pl.format("response {}", "response_id")),
    )
    given = sound.with_columns(week="given")
    yield contributions(
        given,
        "link_rate",
        numerator=pl.col("touchpoint").is_not_null(),
        denominator=_ONE,
        touchpoint=pl.lit(None, pl.String),
        channel=pl.lit(None, pl.String),
    )
    is_complete = pl.col("last_page") >= _LAST_PAGE
    yield contributions(given, "completion_rate", numerator=is_complete, denominator=_ONE)
    for question, scores in _scores().items():
        judged = _judged(sound, question)
        for metric, score in scores.items():
            yield contributions(judged, metric, numerator=score, denominator=_ONE)


def _judged(sound: pl.DataFrame, question: str) -> pl.DataFrame:
    """Answers to a question under the week of the contact, with why they do not count."""
    judged = sound.with_columns(
        week=pl.when(pl.col("is_linked") & ~pl.col("late")).then("contact").otherwise("given"),
        reason=pl.when(pl.col("last_page") < _LAST_PAGE)
        .then(pl.lit("incomplete"))
        .when(pl.col(question).is_null())
        .then(pl.lit("no_answer"))
        .when("late")
        .then(pl.lit("late")),
    )
    first = pl.struct("submitted", "response_id").rank("ordinal").over("link", pl.col("reason").is_null()) == 1
    again = pl.col("reason").is_null() & ~first
    return judged.with_columns(reason=pl.when(again).then(pl.lit("duplicate_answer")).otherwise("reason"))


def _scores() -> dict[str, dict[str, pl.Expr]]:
    """By question, the numerator of each metric that it feeds."""
    ces, nps = pl.col("ces"), pl.col("nps")
    scores = {
        "ces": {
            "ces": pl.when(ces > 3).then(1).when(ces < 3).then(-1).otherwise(0),
            "ces_literal": pl.when(ces == 4).then(1).when(ces == 2).then(-1).otherwise(0),
            "ces_mean100": 25.0 * (ces - 1),
            "ces_easy_share": ces > 3,
        },
        "nps": {"nps": pl.when(nps >= 9).then(1).when(nps <= 6).then(-1).otherwise(0)},
        "resolved": {"rr_confirmed": pl.col("resolved") == 2},
        "first_contact": {"fcr_said": pl.col("first_contact") == 2},
    }
    for question in (*codes.EXPECTATIONS, *codes.ASPECTS):
        label = pl.col(question)
        scores[question] = {
            f"{question}_met": label >= 3,
            f"{question}_above": label >= 4,
            f"{question}_below": label <= 2,
            f"{question}_index": 25.0 * (label - 1),
        }
    return scores
