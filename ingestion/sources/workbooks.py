"""Workbooks: the complaints book of each centre, and evaluations of quality."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from ingestion.contract import MOMENT, TEXT
from ingestion.extract import Broken, Context, Extract, SourceError, first_problem, translated, when, with_place
from ingestion.reading import found_files, need_columns, place, read_workbook
from ingestion.weeks import to_utc

if TYPE_CHECKING:
    from pathlib import Path

BOOK = ["№", "Дата записи", "Код точки", "Номер клиента", "Текст", "Дата ответа", "Ответ"]
EVALUATION = [
    *("ID оценки", "Код центра", "Сотрудник", "Номер обращения", "Код точки", "Карта", "Версия карты"),
    *("Дата оценки", "Категория", "Вес", "Критическая", "Оценка"),
]
_NOTHING = pl.lit(None, TEXT)


def _local_moment(column: str, context: Context) -> pl.Expr:
    """UTC of a local time ``ДД.ММ.ГГГГ ЧЧ:ММ`` (or as the spreadsheet stores it)."""
    text = pl.col(column).str.strip_chars()
    local = pl.coalesce(
        text.str.to_datetime("%d.%m.%Y %H:%M", time_unit="us", strict=False),
        text.str.to_datetime("%Y-%m-%d %H:%M:%S", time_unit="us", strict=False),
    )
    return to_utc(local, pl.col("_zone"), context.zones).cast(MOMENT)


def _clean(frame: pl.DataFrame) -> pl.DataFrame:
    """Cells as text: without spaces around, empty ones null; headers without spaces around."""
    named = frame.rename({name: name.strip() for name in frame.columns})
    return named.with_columns(pl.exclude("_row").cast(TEXT).str.strip_chars().replace("", None))


def extract_book(context: Context) -> Extract:
    """Read the book of each centre; a centre with no readable book has no source this week."""
    config = context.region.sources.complaints_book
    assert config is not None
    extract = Extract(other_week_is_wrong="{week}" in config.files, delivered_offices=[])
    assert extract.delivered_offices is not None
    known = set(context.register["office_id"].to_list())
    frames: list[pl.DataFrame] = []
    for path in found_files(config.files, context, extract):
        office = path.stem
        if known and office not in known:
            extract.broken.append(
                Broken("entries", "unknown_office", f"{place(path)}: центра «{office}» нет в реестре", place(path))
            )
            continue
        try:
            frames.append(_book(path, office))
            extract.delivered_offices.append(office)
        except SourceError as error:
            extract.failed_offices[office] = str(error)
    for office in sorted(known - set(extract.delivered_offices) - set(extract.failed_offices)):
        extract.failed_offices[office] = f"книга центра {office} не передана; запросите файл {office}.xlsx"
    if not frames:
        raise SourceError("ни одна книга не прочитана; проверьте файлы центров")
    rows = with_place(pl.concat(frames, how="vertical"), context)
    codes = config.codes.get("touchpoint", {})
    extract.frames["entries"] = (
        rows.with_columns(
            record_id=pl.lit("complaints_book:") + pl.col("_office") + "-" + pl.col("№").str.strip_suffix(".0"),
            entered_at=_local_moment("Дата записи", context),
            answered_at=_local_moment("Дата ответа", context),
            touchpoint_code=pl.col("Код точки"),
            touchpoint=translated("Код точки", codes),
            client_key=context.pseudonyms.of(rows["Номер клиента"]),
            text=context_redacted(rows["Текст"]),
            answer_text=context_redacted(rows["Ответ"]),
        )
        .with_columns(observed_at="entered_at")
        .drop("Номер клиента", "Текст", "Ответ")
    )
    return extract


def _book(path: Path, office: str) -> pl.DataFrame:
    frame = _clean(read_workbook(path))
    need_columns(frame, BOOK, place(path))
    rows = frame.select("_row", *BOOK).filter(pl.any_horizontal(pl.col(BOOK).is_not_null()))
    return rows.select(
        *BOOK,
        pl.lit(office).alias("office_id"),
        pl.lit(office).alias("_office"),
        (pl.lit(f"{place(path)}#") + pl.col("_row").cast(TEXT)).alias("origin"),
        _NOTHING.alias("problem"),
    )


def context_redacted(text: pl.Series) -> pl.Series:
    """Text without personal data."""
    from ingestion.privacy import redact

    return redact(text)


def extract_evaluations(context: Context) -> Extract:
    """Read evaluations: one row per category, gathered to one evaluation each."""
    config = context.region.sources.evaluations
    assert config is not None
    extract = Extract(other_week_is_wrong="{week}" in config.files)
    frames: list[pl.DataFrame] = []
    for path in found_files(config.files, context, extract):
        frame = _clean(read_workbook(path))
        need_columns(frame, EVALUATION, place(path))
        origin = (pl.lit(f"{place(path)}#") + pl.col("_row").cast(TEXT)).alias("origin")
        frames.append(
            frame.select(*EVALUATION, pl.col("Код центра").alias("office_id"), origin, _NOTHING.alias("problem"))
        )
    rows = with_place(pl.concat(frames, how="vertical"), context)
    codes = config.codes.get("touchpoint", {})
    rows = (
        rows.with_columns(
            _evaluation=pl.lit("evaluations:") + pl.col("ID оценки"),
            reviewed_at=_local_moment("Дата оценки", context),
            employee_key=context.pseudonyms.of(rows["Сотрудник"]),
            interaction_id=pl.lit("ais:") + pl.col("Номер обращения"),
            touchpoint_code=pl.col("Код точки"),
            touchpoint=translated("Код точки", codes),
            scorecard=pl.col("Карта"),
            scorecard_version=pl.col("Версия карты"),
            category=pl.col("Категория"),
            weight=_number("Вес"),
            is_critical=pl.col("Критическая").str.to_lowercase() == "да",
            score=_number("Оценка"),
        )
        .with_columns(observed_at="reviewed_at")
        .drop("Сотрудник")
    )
    not_number = (
        pl.col("score").is_null() & pl.col("Оценка").is_not_null() & (pl.col("Оценка").str.to_lowercase() != "н/п")
    )
    extract.frames["evaluation_scores"] = rows.with_columns(
        first_problem(when(not_number | pl.col("weight").is_null(), "unreadable_number")),
        record_id=pl.col("_evaluation") + ":" + pl.col("category"),
        evaluation_id=pl.col("_evaluation"),
    )
    extract.frames["evaluations"] = rows.unique("_evaluation", keep="first", maintain_order=True).with_columns(
        record_id=pl.col("_evaluation")
    )
    return extract


def _number(column: str) -> pl.Expr:
    """A number that may have a decimal comma and spaces in it."""
    return pl.col(column).str.replace_all(r"[\s\u00a0]", "").str.replace(",", ".").cast(pl.Float64, strict=False)
