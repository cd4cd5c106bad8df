"""Workbooks: the complaints book of each centre, and evaluations of quality."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from ingestion.contract import TEXT
from ingestion.extract import Broken, Context, Extract, SourceError, first_problem, translated, unread, when, with_place
from ingestion.quarantine import REASONS
from ingestion.reading import found_files, need_columns, place
from ingestion.weeks import to_utc
from ingestion.workbook import read_workbook

if TYPE_CHECKING:
    from pathlib import Path

BOOK = ["№", "Дата записи", "Код точки", "Номер клиента", "Текст", "Дата ответа", "Ответ"]
REASONS_NAMED = "Причина"  # optional; several are separated by semicolons
EVALUATION = [
    *("ID оценки", "Код центра", "Сотрудник", "Номер обращения", "Код точки", "Карта", "Версия карты"),
    *("Дата оценки", "Категория", "Вес", "Критическая", "Оценка"),
]
_NOT_APPLICABLE = "н/п"


def _local_moment(column: str, context: Context) -> pl.Expr:
    """UTC of a local time ``ДД.ММ.ГГГГ ЧЧ:ММ`` (or as the spreadsheet stores it)."""
    local = pl.coalesce(
        pl.col(column).str.to_datetime("%d.%m.%Y %H:%M", time_unit="us", strict=False),
        pl.col(column).str.to_datetime("%Y-%m-%d %H:%M:%S%.f", time_unit="us", strict=False),
    )
    return to_utc(local, pl.col("_zone"), context.zones)


def extract_book(context: Context) -> Extract:
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
            entered_at=_local_moment("Дата записи", context),
            answered_at=_local_moment("Дата ответа", context),
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
                _sheet(path, BOOK, REASONS_NAMED).with_columns(office_id=pl.lit(office), _delivery=pl.lit(office))
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


def _sheet(path: Path, columns: list[str], *optional: str) -> pl.DataFrame:
    frame = read_workbook(path)
    need_columns(frame, columns, place(path))
    frame = frame.with_columns(pl.lit(None, TEXT).alias(name) for name in optional if name not in frame.columns)
    origin = pl.lit(f"{place(path)}#") + pl.col("_row").cast(TEXT)
    return frame.select(*columns, *optional, origin=origin, problem=pl.lit(None, TEXT))


def extract_evaluations(context: Context) -> Extract:
    """Read evaluations: one row per category, gathered to one evaluation each."""
    config = context.region.sources.evaluations
    assert config is not None
    extract = Extract(other_week_is_wrong="{week}" in config.files)
    frames = [_sheet(path, EVALUATION) for path in found_files(config.files, context, extract)]
    rows = with_place(pl.concat(frames, how="vertical").with_columns(office_id="Код центра"), context)
    rows = rows.with_columns(
        _evaluation=pl.lit("evaluations:") + pl.col("ID оценки"),
        reviewed_at=_local_moment("Дата оценки", context),
        employee_key=context.pseudonyms.of(rows["Сотрудник"]),
        interaction_id=pl.lit("ais:") + pl.col("Номер обращения").str.strip_suffix(".0"),
        touchpoint_code=pl.col("Код точки"),
        touchpoint=translated("Код точки", config.codes.get("touchpoint", {})),
        scorecard=pl.col("Карта"),
        scorecard_version=pl.col("Версия карты"),
        category=pl.col("Категория"),
        weight=_number("Вес"),
        score=_number("Оценка"),
    ).with_columns(observed_at="reviewed_at")
    rows = rows.drop("Сотрудник")
    extract.frames["evaluation_scores"] = _scores(rows)
    # rows of one evaluation are one record; those without an id cannot be gathered
    first = pl.col("_evaluation").is_null() | pl.col("_evaluation").is_first_distinct()
    extract.frames["evaluations"] = rows.filter(first).with_columns(record_id="_evaluation")
    return extract


def _scores(rows: pl.DataFrame) -> pl.DataFrame:
    given = pl.col("Оценка").str.to_lowercase() != _NOT_APPLICABLE
    critical = pl.col("Критическая").str.to_lowercase()
    return rows.with_columns(
        first_problem(
            when(pl.col("weight").is_null() | (pl.col("weight") < 0), "unreadable_number"),
            when(given & ~pl.col("score").is_between(0, 1).fill_null(value=False), "unreadable_number"),
            when(~critical.is_in(["да", "нет"]), "unknown_code"),
        ),
        record_id=pl.col("_evaluation") + ":" + pl.col("category"),
        evaluation_id="_evaluation",
        is_critical=critical == "да",
    )


def _number(column: str) -> pl.Expr:
    """A number that may have a decimal comma and spaces in it; no number is infinite."""
    plain = pl.col(column).str.replace_all(r"[\s\u00a0]", "").str.replace(",", ".", literal=True)
    number = plain.cast(pl.Float64, strict=False)
    return pl.when(number.is_finite()).then(number)
