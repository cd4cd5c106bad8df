"""Complaints books: one table for each centre, or one for all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from ingestion.centres import with_offices
from ingestion.contract import TEXT
from ingestion.extract import Broken, Context, Extract, SourceError, first_problem, translated, unread, when, with_place
from ingestion.quarantine import REASONS
from ingestion.reading import found_files, place
from ingestion.sources.complaints_book.config import HEADERS
from ingestion.tables import Columns, content_ids, plain_number, read_table, with_moments

if TYPE_CHECKING:
    from pathlib import Path

    from ingestion.sources.complaints_book.config import ComplaintsBook

BOOK = [headers[0] for role, headers in HEADERS.items() if headers and role != "reason_text"]
_CONTENT = ("_centre", "entered_at", "touchpoint_code", "client_key", "text")  # an answer may be added later


def extract(context: Context) -> Extract:
    """Read the book of each centre; a centre with no readable book has no source this week."""
    config = context.region.sources.complaints_book
    assert config is not None
    extract = Extract(other_week_is_wrong="{week}" in config.files)
    paths = found_files(config.files, context, extract)
    rows = (
        _of_all_centres(paths, config, context)
        if config.columns.get("office_id")
        else _of_each(paths, config, context, extract)
    )
    rows = with_moments(with_place(rows, context), context, "entered_at", "answered_at")
    rows = rows.with_columns(client_key=context.pseudonyms.of(rows.select(plain_number("client")).to_series()))
    has_no_numbers = pl.col("_lacks").str.split(" ").list.contains("number")
    number = pl.when(has_no_numbers).then(content_ids(rows, _CONTENT, context)).otherwise(plain_number("number"))
    extract.frames["entries"] = rows.with_columns(
        first_problem(when(unread("answered_at_written", "answered_at"), "unreadable_date")),
        record_id=pl.lit("complaints_book:") + pl.col("_centre") + "-" + number,
        touchpoint=translated("touchpoint_code", config.codes.get("touchpoint", {})),
        reasons=_reasons(config.codes.get("reason", {})),
        observed_at="entered_at",
    ).drop("client")
    return extract


def _columns(config: ComplaintsBook) -> Columns:
    return Columns(
        accepted={**HEADERS, **config.columns},
        date="entered_at",
        # our own books need not say why; a column that the region names must be there
        optional=frozenset({"number", "reason_text"} - ({"reason_text"} & set(config.columns))),
        written=frozenset({"text", "answer_text"}),
        exact=frozenset({"entered_at", "answered_at"}),
        filled_down=config.fill_down,
    )


def _of_all_centres(paths: list[Path], config: ComplaintsBook, context: Context) -> pl.DataFrame:
    """Rows of books whose column says which centre it was."""
    rows = pl.concat([read_table(path, _columns(config)) for path in paths], how="vertical")
    names_none = pl.col("office_id").is_null() & (not context.register.is_empty())
    return with_offices(rows, context).with_columns(
        first_problem(when(names_none, "unknown_office")), _centre=pl.col("office_id").fill_null("")
    )


def _of_each(paths: list[Path], config: ComplaintsBook, context: Context, extract: Extract) -> pl.DataFrame:
    """Rows of each book that can be read; the extract is told of the others, and of centres without a book."""
    known = set(context.register["office_id"].to_list())
    extract.delivered_offices = []
    frames: list[pl.DataFrame] = []
    for path in paths:
        office = path.stem
        if known and office not in known:
            message = f"{place(path)}: {REASONS['unknown_office']}"
            extract.broken.append(Broken("entries", "unknown_office", message, place(path)))
            continue
        try:
            rows = read_table(path, _columns(config))
        except SourceError as error:
            extract.failed_offices[office] = str(error)
            continue
        frames.append(rows.with_columns(pl.lit(office).alias(name) for name in ("office_id", "_centre", "_delivery")))
        extract.delivered_offices.append(office)
    for office in sorted(known - set(extract.delivered_offices) - set(extract.failed_offices)):
        extract.failed_offices[office] = f"книга центра {office} не передана; запросите файл {office}.xlsx"
    if not frames:
        reason = next(iter([*extract.failed_offices.values(), *(broken.message for broken in extract.broken)]))
        raise SourceError(f"ни одна книга не прочитана; первая из них — {reason}")
    return pl.concat(frames, how="vertical")


def _reasons(codes: dict[str, str]) -> pl.Expr:
    """Codes of the reasons that a cell names, each once, joined; null where it names none that is known."""
    known = pl.element().str.strip_chars().replace_strict(codes, default=None, return_dtype=TEXT)
    named = pl.col("reason_text").str.split(";").list.eval(known).list.drop_nulls().list.unique().list.sort()
    return named.list.join(";").replace("", None)
