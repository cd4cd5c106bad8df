"""Evaluations of quality: workbooks with one row per category."""

from __future__ import annotations

import polars as pl

from ingestion.extract import Context, Extract, first_problem, translated, when, with_place
from ingestion.reading import found_files
from ingestion.tables import local_moment, number_of, read_table

EVALUATION = [
    *("ID оценки", "Код центра", "Сотрудник", "Номер обращения", "Код точки", "Карта", "Версия карты"),
    *("Дата оценки", "Категория", "Вес", "Критическая", "Оценка"),
]
_NOT_APPLICABLE = "н/п"


def extract(context: Context) -> Extract:
    """Read evaluations: one row per category, gathered to one evaluation each."""
    config = context.region.sources.evaluations
    assert config is not None
    extract = Extract(other_week_is_wrong="{week}" in config.files)
    frames = [read_table(path, EVALUATION) for path in found_files(config.files, context, extract)]
    rows = with_place(pl.concat(frames, how="vertical").with_columns(office_id="Код центра"), context)
    rows = rows.with_columns(
        _evaluation=pl.lit("evaluations:") + pl.col("ID оценки"),
        reviewed_at=local_moment("Дата оценки", context),
        employee_key=context.pseudonyms.of(rows["Сотрудник"]),
        interaction_id=pl.lit("ais:") + pl.col("Номер обращения").str.strip_suffix(".0"),
        touchpoint_code=pl.col("Код точки"),
        touchpoint=translated("Код точки", config.codes.get("touchpoint", {})),
        scorecard=pl.col("Карта"),
        scorecard_version=pl.col("Версия карты"),
        category=pl.col("Категория"),
        weight=number_of("Вес"),
        score=number_of("Оценка"),
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
