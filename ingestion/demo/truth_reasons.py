"""The right weights of the reasons of dissatisfaction, from what was planted in the complaints books and in texts."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import polars as pl

from ingestion.demo import codes
from ingestion.demo.faults import EMPTY_SURVEY, MISSING_BOOK, NO_VK, TRUNCATED_BOOK, happens
from ingestion.demo.texts import understood
from ingestion.demo.truth import placed, week_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ingestion.demo.shape import Shape

_WEEKS = 4
_BAD = 2  # points of five, at most
_MOST_UNCLASSIFIED = 0.2
SCHEMA = {
    **dict.fromkeys(("week", "region", "reason"), pl.String),
    "volume": pl.Int64,
    "reason_weight": pl.Float64,
    **dict.fromkeys(("item_count", "unclassified_count"), pl.Int64),
    "status": pl.String,
}


def reason_weights(
    shape: Shape, offices: pl.DataFrame, book: pl.DataFrame, survey: pl.DataFrame, mentions: list[pl.DataFrame]
) -> pl.DataFrame:
    """One row per week, region and reason that the books or the texts can name."""
    items = [
        *_of_book(shape, offices, book),
        *_of_survey(shape, offices, survey),
        *(item for each in mentions for item in _of_mentions(shape, offices, each)),
    ]
    lost = {
        (week, region)
        for week, office in (TRUNCATED_BOOK, MISSING_BOOK, (EMPTY_SURVEY, None), (NO_VK, None))
        if happens(shape, week)
        for number, region in offices.select("office", "region").iter_rows()
        if office in (None, number)
    }
    rows: list[tuple[Any, ...]] = []
    for place, week in enumerate(shape.weeks):
        for region in offices["region"].unique():
            window = range(place - _WEEKS + 1, place + 1)
            named = [set(codes_) for at, where, codes_ in items if at in window and where == region]
            has_gap = any(at in window and where == region for at, where in lost)
            rows += ((week, region, *row) for row in _weighed(named, has_gap))
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


Item = tuple[int, str, list[str]]  # position of the week, region, codes of the reasons


def _read(frame: pl.DataFrame, kinds: str) -> pl.DataFrame:
    return pl.concat([frame, understood(frame[kinds])], how="horizontal")


def _of_book(shape: Shape, offices: pl.DataFrame, book: pl.DataFrame) -> Iterator[Item]:
    """All entries: the reasons that the book names, else those of the text."""
    sound = placed(book.filter(pl.col("fault").is_null()), offices).with_columns(week_of(shape, "entered"))
    for week, region, named, text in (
        _read(sound, "text_kind").select("week", "region", "reasons", "text_reasons").iter_rows()
    ):
        known = [codes.REASONS[name][0] for name in (named or "").split("; ") if name in codes.REASONS]
        yield week, region, known or _split(text)


def _of_survey(shape: Shape, offices: pl.DataFrame, survey: pl.DataFrame) -> Iterator[Item]:
    """Comments of the dissatisfied, by their score, or by the text where they gave none."""
    sound = survey.filter(pl.col("fault").is_null() & (pl.col("comment_kind") >= 0))
    sound = placed(sound, offices).with_columns(week_of(shape, "submitted"), score=pl.coalesce("satisfaction", "ces"))
    yield from _negative(_read(sound, "comment_kind"), "score")


def _of_mentions(shape: Shape, offices: pl.DataFrame, mentions: pl.DataFrame) -> Iterator[Item]:
    """Reviews of few stars, and posts of blame: posts have no stars."""
    is_excluded = pl.col("is_own") | pl.col("is_repost") | pl.col("is_hidden")
    sound = mentions.filter(pl.col("fault").is_null() & ~is_excluded).with_columns(
        touchpoint_known=pl.lit(None, pl.String)
    )
    sound = placed(sound, offices).with_columns(week_of(shape, "published"))
    yield from _negative(_read(sound, "text_kind"), "stars")


def _negative(frame: pl.DataFrame, score: str) -> Iterator[Item]:
    is_negative = (
        pl.when(pl.col(score).is_not_null()).then(pl.col(score) <= _BAD).otherwise(pl.col("text_tone") == "negative")
    )
    for week, region, text in frame.filter(is_negative).select("week", "region", "text_reasons").iter_rows():
        yield week, region, _split(text)


def _split(text: str | None) -> list[str]:
    return text.split(";") if text else []


def _weighed(named: list[set[str]], has_gap: bool) -> Iterator[tuple[Any, ...]]:
    """Reason, volume, weight, items, unclassified ones and status."""
    volumes = Counter(code for each in named for code in each)
    criticality = dict(codes.REASONS.values()) | codes.TEXT_REASONS
    total = sum(criticality[code] * count for code, count in volumes.items())
    without = sum(not each for each in named)
    over = bool(named) and without / len(named) > _MOST_UNCLASSIFIED
    status = "no_source" if has_gap else "no_data" if not total else "unclassified" if over else "ok"
    for code, critical in criticality.items():
        weight = 100 * critical * volumes[code] / total if status in ("ok", "unclassified") else None
        yield code, volumes[code], weight, len(named), without, status
