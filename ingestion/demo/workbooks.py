"""Workbooks that the demo region delivers: complaints books of the centres, and evaluations."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import polars as pl
import xlsxwriter

from ingestion.demo import codes
from ingestion.demo.faults import MISSING_BOOK, TRUNCATED_BOOK, happens
from ingestion.demo.texts import snils_like, texts_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ingestion.demo.shape import Shape

_BOOK = ("№", "Дата записи", "Код точки", "Номер клиента", "Текст", "Дата ответа", "Ответ", "Причина")
_EVALUATION = (
    *("ID оценки", "Код центра", "Сотрудник", "Номер обращения", "Код точки", "Карта", "Версия карты"),
    *("Дата оценки", "Категория", "Вес", "Критическая", "Оценка"),
)
CATEGORIES = (
    ("Приветствие", "0,2", "нет"),
    ("Выявление вопроса", "0,3", "нет"),
    ("Полнота ответа", "0,4", "да"),
    ("Завершение", "0,1", "нет"),
)
_CREATED = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)  # the same seed gives the same bytes
SCORES = ("0", "0,5", "1", "н/п")


def _write(path: Path, headers: Sequence[str], rows: list[tuple[str | None, ...]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    # texts stay texts: a formula in a cell must arrive as its characters
    options = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"created": _CREATED})
        sheet = book.add_worksheet("Лист1")
        sheet.write_row(0, 0, headers)
        for number, row in enumerate(rows, start=1):
            sheet.write_row(number, 0, ["" if value is None else value for value in row])


def _moment(column: str) -> pl.Expr:
    return pl.from_epoch(column, time_unit="s").dt.strftime("%d.%m.%Y %H:%M")


def write_books(folder: Path, shape: Shape, offices: pl.DataFrame, book: pl.DataFrame) -> None:
    """Write one workbook per centre and week, also where nothing was entered."""
    answer = "Спасибо за обращение. Меры приняты, вопрос рассмотрен."
    rows = (
        book.with_columns(client=snils_like(book["client"]), text=texts_of(book["text_kind"]))
        .filter(pl.col("fault").ne_missing("lost"))
        .select(
            "office",
            "file",
            pl.col("number").cast(pl.String),
            pl.when(pl.col("fault") == "unreadable_date").then(pl.lit("32.13.2026")).otherwise(_moment("entered")),
            "touchpoint_code",
            "client",
            "text",
            answered_at=pl.when("is_answered").then(_moment("answered")),
            answer=pl.when("is_answered").then(pl.lit(answer)),
            reasons="reasons",
        )
    )
    by_file = {
        key: part.drop("office", "file").rows()
        for key, part in rows.partition_by("office", "file", as_dict=True).items()
    }
    for position, week in enumerate(shape.weeks):
        for office, office_id in enumerate(offices["office_id"]):
            if happens(shape, position) and (position, office) == MISSING_BOOK:
                continue
            path = folder / week / f"{office_id}.xlsx"
            _write(path, _BOOK, by_file.get((office, position), []))
            if happens(shape, position) and (position, office) == TRUNCATED_BOOK:
                content = path.read_bytes()
                path.write_bytes(content[: len(content) // 2])


def write_evaluations(folder: Path, shape: Shape, offices: pl.DataFrame, evaluations: pl.DataFrame) -> None:
    """Write one workbook a week, a row for each category of an evaluation."""
    week = shape.week_of(evaluations["reviewed"].to_numpy())
    frame = evaluations.with_columns(
        week=pl.Series(week),
        office_id=offices["office_id"].gather(evaluations["office"]),
        reviewed=_moment("reviewed"),
        touchpoint=pl.Series([*codes.TOUCHPOINTS, codes.UNKNOWN_TOUCHPOINT]).gather(evaluations["touchpoint"]),
    )
    for position, name in enumerate(shape.weeks):
        rows: list[tuple[str | None, ...]] = []
        for row in frame.filter(pl.col("week") == position).iter_rows(named=True):
            head = (f"Q-{row['id']}", row["office_id"], f"С-{row['employee']:03d}", None, row["touchpoint"])
            card = ("Приём", "1", row["reviewed"])
            rows += [
                (*head, *card, *category, SCORES[row[f"score_{part}"]]) for part, category in enumerate(CATEGORIES)
            ]
        _write(folder / name / "evaluations.xlsx", _EVALUATION, rows)
