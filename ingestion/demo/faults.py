"""What goes wrong with the deliveries of the demo region, by position of the week; the last week is always sound.

A delivery is a plan's frame with ``file`` (position of the week whose file holds the row) and ``fault``
(null for a sound row).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from ingestion.demo.shape import Shape

EMPTY_SURVEY, DUPLICATES, NO_VK = 2, 3, 4
TRUNCATED_BOOK, MISSING_BOOK, EMPTY_BOOK = (5, 3), (6, 8), (7, 11)  # week, centre
UNREADABLE, STRAY = 8, 9
UNKNOWN_OFFICE = "C99"


def happens(shape: Shape, position: int) -> bool:
    """Whether the fault of a week happens: faults are asked for, and a sound week follows."""
    return shape.faults and position < shape.last


def _marked(frame: pl.DataFrame, week: int, fault: str, first: int, count: int) -> pl.DataFrame:
    """Spoil some rows of a week: ``count`` of its sound ones from the ``first`` on."""
    place = pl.int_range(pl.len()).over("file", pl.col("fault").is_null())
    chosen = (pl.col("file") == week) & pl.col("fault").is_null() & place.is_between(first, first + count - 1)
    return frame.with_columns(fault=pl.when(chosen).then(pl.lit(fault)).otherwise("fault"))


def _copied(frame: pl.DataFrame, week: int, into: int, fault: str, count: int) -> pl.DataFrame:
    """Deliver sound rows of a week once more, at the end of a file."""
    again = frame.filter((pl.col("file") == week) & pl.col("fault").is_null()).head(count)
    return pl.concat([frame, again.with_columns(file=pl.lit(into, pl.Int64), fault=pl.lit(fault))])


def _delivered(frame: pl.DataFrame, shape: Shape, moment: str) -> pl.DataFrame:
    week = pl.Series("file", shape.week_of(frame[moment].to_numpy()), dtype=pl.Int64)
    return frame.with_columns(week, fault=pl.lit(None, pl.String))


def deliver_survey(shape: Shape, survey: pl.DataFrame) -> pl.DataFrame:
    """Responses as they stand in the weekly exports."""
    frame = _delivered(survey, shape, "submitted")
    if happens(shape, EMPTY_SURVEY):
        frame = _marked(frame, EMPTY_SURVEY, "lost", 0, frame.height)
    if happens(shape, DUPLICATES):
        frame = _copied(frame, DUPLICATES, DUPLICATES, "duplicate", 5)
    if happens(shape, UNREADABLE):
        frame = _marked(frame, UNREADABLE, "unreadable_date", 10, 4)
    if happens(shape, STRAY):
        frame = _marked(frame, STRAY, "missing_id", 20, 3)
        frame = _marked(frame, STRAY, "unknown_office", 30, 2)
        frame = _copied(frame, STRAY - 1, STRAY, "other_week", 4)
    return frame


def deliver_book(shape: Shape, book: pl.DataFrame) -> pl.DataFrame:
    """Entries as they stand in the books of the centres."""
    frame = _delivered(book, shape, "entered")
    for week, office in (TRUNCATED_BOOK, MISSING_BOOK):
        if happens(shape, week):
            lost = (pl.col("file") == week) & (pl.col("office") == office)
            frame = frame.with_columns(fault=pl.when(lost).then(pl.lit("lost")).otherwise("fault"))
    week, office = EMPTY_BOOK
    if happens(shape, week):  # a quiet week: a true zero
        frame = frame.filter(~((pl.col("file") == week) & (pl.col("office") == office)))
    if happens(shape, DUPLICATES):
        frame = _copied(frame, DUPLICATES, DUPLICATES, "duplicate", 2)
    if happens(shape, UNREADABLE):
        frame = _marked(frame, UNREADABLE, "unreadable_date", 3, 2)
    if happens(shape, STRAY):
        frame = _copied(frame, STRAY - 1, STRAY, "other_week", 2)
    return frame


def deliver_posts(shape: Shape, posts: pl.DataFrame) -> pl.DataFrame:
    """Posts as they stand in the weekly pages."""
    frame = _delivered(posts, shape, "published")
    return _marked(frame, NO_VK, "lost", 0, frame.height) if happens(shape, NO_VK) else frame


def deliver_reviews(shape: Shape, reviews: pl.DataFrame) -> pl.DataFrame:
    """Reviews as they stand in the weekly pages: always sound."""
    return _delivered(reviews, shape, "published")
