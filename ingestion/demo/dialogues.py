"""Plan of what is said in conversations: who writes when, and whether the client sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from ingestion.demo.shape import MINUTE

if TYPE_CHECKING:
    from ingestion.demo.shape import Shape


def plan_messages(shape: Shape, conversations: pl.DataFrame) -> pl.DataFrame:
    """Messages of conversations: ``id, office, order, at, author, author_id, public, kind``; none after the last week.

    A conversation begins with the client; a bot or an automatic text may come first, an internal note is seen by
    nobody. Staff and client speak in up to three turns, a turn of staff may be two messages; who comes back to a
    reopened conversation is answered, sooner, later, or never.
    """

    def part(order: int, author: str, at: pl.Expr, kind: pl.Expr, *, public: bool = True) -> pl.DataFrame:
        author_id = pl.format("{}-{}", pl.lit(author), pl.col("office")) if author == "staff" else pl.lit(None)
        return conversations.select(
            "id",
            "office",
            order=pl.lit(order),
            at=at,
            author=pl.lit(author),
            author_id=author_id.cast(pl.String),
            public=pl.lit(public),
            kind=kind.cast(pl.Int64),
        )

    received, replied, number = pl.col("received"), pl.col("replied"), pl.col("id").cast(pl.Int64)
    second, third = (pl.when(pl.col("turns") >= turns).then(replied) for turns in (2, 3))
    parts = [
        part(1, "client", received, number),
        part(2, "auto", pl.when("has_auto").then(received + 2), pl.lit(13)),
        part(3, "bot", pl.when("has_bot").then(received + 5), pl.lit(14)),
        part(4, "staff", pl.when("has_note").then(received + 10), pl.lit(15), public=False),
        part(5, "staff", replied, pl.lit(16)),
        part(6, "staff", pl.when("has_more").then(replied + 30), pl.lit(17)),
        part(7, "client", replied + MINUTE, number + 3),
        part(8, "staff", second + 3 * MINUTE, pl.lit(18)),
        part(9, "client", second + 5 * MINUTE, number + 5),
        part(10, "staff", third + 8 * MINUTE, pl.lit(19)),
        part(11, "client", pl.col("reopened"), number + 7),
        part(12, "staff", pl.col("replied_again"), pl.lit(20)),
        part(13, "staff", pl.col("late_word"), pl.lit(21)),
    ]
    return pl.concat(parts).drop_nulls("at").filter(pl.col("at") < shape.end).sort("id", "at", "order")
