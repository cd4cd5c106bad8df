"""Complaints books: one workbook for each centre."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from ingestion.contract import TEXT
from ingestion.extract import Broken, Context, Extract, SourceError, first_problem, translated, unread, when, with_place
from ingestion.quarantine import REASONS
from ingestion.reading import found_files, place
from ingestion.tables import local_moment, read_table

if TYPE_CHECKING:
    from pathlib import Path

BOOK = ["№", "Дата записи", "Код точки", "Номер клиента", "Текст", "Дата ответа", "Ответ"]
REASONS_NAMED = "Причина"  # optional; several are separated by semicolons


def extract(context: Context) -> Extract:
    """Read the book of each centre; a centre with no readable book has no source this week."""
    config = context.region.sources.complaints_book
    assert config is not None
    extract = Extract(other_week_is_wrong="{week}" in config.files, delivered_offices=[])
    frames = _books(found_files(config.files, context, extract), context, extract)
    if not frames:
        reason = next(iter([*extract.failed_offices.values(), *(broken.message for broken in extract.broken)]))
        raise SourceError(f"ни одна книга не прочитана; первая из них — {reason}")
    rows = with_place(pl.concat(frames, how="vertical"), context)
    extract.frames["entries"] = (
        rows.with_columns(
            record_id=pl.lit("complaints_book:") + pl.col("_delivery") + "-" + pl.col("№").str.strip_suffix(".0"),
            entered_at=local_moment("Дата записи", context),
            answered_at=local_moment("Дата ответа", context),
            touchpoint_code=pl.col("Код точки"),
            touchpoint=translated("Код точки", config.codes.get("touchpoint", {})),
            reason_text=REASONS_NAMED,
            reasons=_reasons(config.codes.get("reason", {})),
            client_key=context.pseudonyms.of(rows["Номер клиента"]),
            text="Текст",
            answer_text="Ответ",
        )
        .with_columns(first_problem(when(unread("Дата ответа", "answered_at"), "unreadable_date")))
        .with_columns(observed_at="entered_at")
        .drop("Номер клиента", "Текст", "Ответ")
    )
    return extract


def _books(paths: list[Path], context: Context, extract: Extract) -> list[pl.DataFrame]:
    """Rows of each book that can be read; the extract is told of the others, and of centres without a book."""
    assert extract.delivered_offices is not None
    known = set(context.register["office_id"].to_list())
    frames: list[pl.DataFrame] = []
    for path in paths:
        office = path.stem
        if known and office not in known:
            message = f"{place(path)}: {REASONS['unknown_office']}"
            extract.broken.append(Broken("entries", "unknown_office", message, place(path)))
            continue
        try:
            frames.append(
                read_table(path, BOOK, REASONS_NAMED).with_columns(office_id=pl.lit(office), _delivery=pl.lit(office))
            )
            extract.delivered_offices.append(office)
        except SourceError as error:
            extract.failed_offices[office] = str(error)
    for office in sorted(known - set(extract.delivered_offices) - set(extract.failed_offices)):
        extract.failed_offices[office] = f"книга центра {office} не передана; запросите файл {office}.xlsx"
    return frames


def _reasons(codes: dict[str, str]) -> pl.Expr:
    """Codes of the reasons that a cell names, each once, joined; null where it names none that is known."""
    known = pl.element().str.strip_chars().replace_strict(codes, default=None, return_dtype=TEXT)
    named = pl.col(REASONS_NAMED).str.split(";").list.eval(known).list.drop_nulls().list.unique().list.sort()
    return named.list.join(";").replace("", None)
