"""The right answers about conversations: how long a client waits for a person, and how many words it takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from ingestion.demo.shape import DAY, MINUTE
from ingestion.demo.truth import contributions, week_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ingestion.demo.shape import Shape
    from ingestion.demo.working_time import WorkingTime

_ONE = pl.lit(1.0)
_WINDOW = 7 * DAY
_HISTORY = 28 * DAY
_NORM = 15  # working minutes


def _said(messages: pl.DataFrame, author: str) -> pl.DataFrame:
    return messages.filter(pl.col("public") & (pl.col("author") == author)).select("id", "at", "order")


def _timed(frame: pl.DataFrame, start: str, finish: str, time: WorkingTime) -> pl.DataFrame:
    """Add ``minutes`` and ``working`` between two moments; null where there is no second one."""
    is_over = pl.col(finish).is_not_null()
    done = frame.filter(is_over)
    working = time.minutes(*(done[name].to_numpy() for name in ("office", start, finish)))
    return pl.concat(
        [
            done.with_columns(minutes=(pl.col(finish) - pl.col(start)) / MINUTE, working=pl.Series(working)),
            frame.filter(~is_over).with_columns(minutes=pl.lit(None, pl.Float64), working=pl.lit(None, pl.Float64)),
        ]
    )


def of_replies(talks: pl.DataFrame, messages: pl.DataFrame, time: WorkingTime) -> Iterable[pl.DataFrame]:
    """Contributions of first replies; a bot alone is no conversation with a person."""
    first = (
        _said(messages, "staff")
        .join(talks.select("id", "received"), on="id")
        .filter((pl.col("at") >= pl.col("received")) & (pl.col("at") <= pl.col("received") + _WINDOW))
        .group_by("id")
        .agg(first=pl.col("at").min())
    )
    replied = _timed(talks.join(first, on="id", how="left", maintain_order="left"), "received", "first", time)
    bot_only = pl.when((pl.col("channel") == "bot") & pl.col("first").is_null()).then(pl.lit("bot_only"))
    replied = replied.with_columns(reason=pl.coalesce("reason", bot_only), is_answered=pl.col("first").is_not_null())
    is_answered = pl.col("is_answered")
    for metric, measure in (("ttfr", "working"), ("ttfr_calendar", "minutes"), ("ttfr_p90", "working")):
        yield contributions(replied, metric, numerator=is_answered, denominator=_ONE, measure=pl.col(measure))
    yield contributions(replied.filter("is_answered"), "ttfr_mean", numerator=pl.col("working"), denominator=_ONE)
    in_norm = (pl.col("working") <= _NORM).fill_null(value=False)
    yield contributions(replied, "ttfr_in_norm", numerator=in_norm, denominator=_ONE)
    yield contributions(replied, "ttfr_unanswered", numerator=~is_answered, denominator=_ONE)


def of_reopenings(shape: Shape, talks: pl.DataFrame, messages: pl.DataFrame, time: WorkingTime) -> pl.DataFrame:
    """Contributions of reopenings: ttfr_reopen, under the week of the reopening."""
    columns = [name for name in talks.columns if name not in ("reopened", "reopened_again")]
    reopenings = pl.concat(
        [talks.select(*columns, begun=pl.col(name)) for name in ("reopened", "reopened_again")]
    ).filter(pl.col("begun") <= pl.col("received") + _HISTORY)
    next_word = (
        _said(messages, "staff")
        .join(reopenings.select("id", "begun"), on="id")
        .filter((pl.col("at") > pl.col("begun")) & (pl.col("at") <= pl.col("begun") + _WINDOW))
        .group_by("id", "begun")
        .agg(answer=pl.col("at").min())
    )
    timed = _timed(reopenings.join(next_word, on=("id", "begun"), how="left"), "begun", "answer", time)
    return contributions(
        timed.with_columns(week_of(shape, "begun")),
        "ttfr_reopen",
        numerator=pl.col("answer").is_not_null(),
        denominator=_ONE,
        measure=pl.col("working"),
    )


def of_words(contacts: pl.DataFrame, messages: pl.DataFrame) -> Iterable[pl.DataFrame]:
    """Contributions of turns and messages; what is no conversation is one of each."""
    received = contacts.filter(pl.col("source") == "talks").select("id", "received")
    heard = (
        messages.filter(pl.col("public") & (pl.col("author") != "auto"))
        .join(received, on="id")
        .filter(pl.col("at").is_between(pl.col("received"), pl.col("received") + _WINDOW))
        .sort("id", "at", "order")
        .with_columns(begins=(pl.col("author") != pl.col("author").shift().over("id")).fill_null(value=True))
    )
    staff, client = pl.col("author") == "staff", pl.col("author") == "client"
    words = heard.group_by("id").agg(
        turns=(staff & pl.col("begins")).sum(), texts=staff.sum(), client_turns=(client & pl.col("begins")).sum()
    )
    words = words.with_columns(source=pl.lit("talks"))
    spoken = contacts.join(words, on=("source", "id"), how="left", maintain_order="left").with_columns(
        pl.when(pl.col("source") == "talks").then(pl.col(name).fill_null(0)).otherwise(1).alias(name)
        for name in ("turns", "texts", "client_turns")
    )
    for metric, column in (("rpc", "turns"), ("rpc_messages", "texts"), ("rpc_client", "client_turns")):
        yield contributions(spoken, metric, numerator=pl.col(column), denominator=_ONE)
    yield contributions(spoken.filter("in_week"), "rpc_solved", numerator=pl.col("turns"), denominator=_ONE)
