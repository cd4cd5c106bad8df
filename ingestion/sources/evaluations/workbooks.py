"""Evaluations of quality and visits of mystery shoppers: tables with a row, or a column, for each category."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from ingestion.centres import with_offices
from ingestion.contract import TEXT
from ingestion.extract import Context, Extract, SourceError, first_problem, translated, when, with_place
from ingestion.reading import found_files
from ingestion.sources.evaluations.config import HEADERS, OF_CATEGORIES
from ingestion.tables import Columns, content_ids, number_of, plain_number, read_table, with_moments

if TYPE_CHECKING:
    from pathlib import Path

    from ingestion.sources.evaluations.config import EvaluationTable

EVALUATION = [headers[0] for headers in HEADERS.values()]
_NOT_APPLICABLE = ("н/п", "н.п.", "нп", "неприменимо", "не применимо", "n/a", "-", "—")
_CONTENT = ("_office", "reviewed_at", "_employee", "interaction", "touchpoint_code", "scorecard")
_YES_NO = {"да": True, "нет": False}
_CATEGORY = "_category:"  # before the role of a category's column


def extract(context: Context) -> Extract:
    """Read evaluations: a row for each category, gathered to one evaluation each."""
    config = context.region.sources.evaluations
    assert config is not None
    extract = Extract(other_week_is_wrong="{week}" in config.files)
    rows = _rows("", config, found_files(config.files, context, extract), context)
    if config.mystery_shopper:
        extract.other_week_is_wrong &= "{week}" in config.mystery_shopper.files
        shopped = _rows("mystery-", config.mystery_shopper, _visits(config.mystery_shopper, context, extract), context)
        rows = pl.concat([rows, shopped.cast(dict(rows.schema))])  # type: ignore[arg-type]
    touchpoints = config.codes.get("touchpoint", {})
    rows = rows.with_columns(
        observed_at="reviewed_at",
        employee_key=context.pseudonyms.of(rows["employee"]),
        interaction_id=pl.lit("ais:") + plain_number("interaction"),
        touchpoint=translated("touchpoint_code", touchpoints),
    ).drop("employee", "_employee")
    extract.frames["evaluation_scores"] = rows.with_columns(
        record_id=pl.col("_evaluation") + ":" + pl.col("category"), evaluation_id="_evaluation"
    ).with_columns(first_problem(pl.col("_score_problem")))
    # rows of one evaluation are one record; those without an id cannot be gathered
    first = pl.col("_evaluation").is_null() | pl.col("_evaluation").is_first_distinct()
    extract.frames["evaluations"] = rows.filter(first).with_columns(record_id="_evaluation")
    return extract


def _visits(table: EvaluationTable, context: Context, extract: Extract) -> list[Path]:
    """Files of the mystery shoppers; where each week has its own, one without visits has none."""
    try:
        return found_files(table.files, context, extract)
    except SourceError:
        if "{week}" not in table.files:
            raise
        return []


def _rows(prefix: str, table: EvaluationTable, paths: list[Path], context: Context) -> pl.DataFrame:
    """Rows of the tables of one form, with what they say of the evaluation and of one category."""
    none = pl.DataFrame(schema=dict.fromkeys([*_columns(table).accepted, "origin", "problem", "_lacks"], TEXT))
    rows = pl.concat([none, *(read_table(path, _columns(table)) for path in paths)], how="vertical")
    rows = rows.with_columns(_office=pl.col("office_id"))
    rows = with_moments(with_place(with_offices(rows, context), context), context, "reviewed_at")
    rows = rows.with_columns(
        pl.col("scorecard").fill_null(pl.lit(table.scorecard, TEXT)),
        plain_number("scorecard_version").fill_null(pl.lit(table.scorecard_version, TEXT)).alias("scorecard_version"),
        _employee=context.pseudonyms.of(rows["employee"]),
        feedback_channel=pl.lit("mystery_shopper" if prefix else None, TEXT),
    )
    has_no_numbers = pl.col("_lacks").str.split(" ").list.contains("number")
    written = [name for name in rows.columns if name.startswith(_CATEGORY)]
    ids = content_ids(rows, [*_CONTENT, *written], context)
    number = pl.when(has_no_numbers).then(ids).otherwise(plain_number("number"))
    rows = rows.with_columns(_evaluation=pl.lit(f"evaluations:{prefix}") + number)
    return _scored(_long(rows, table) if table.categories else rows, table).drop(written, strict=False)


def _columns(table: EvaluationTable) -> Columns:
    accepted = {**HEADERS, **table.columns}
    if table.scorecard:
        accepted["scorecard"] = table.columns.get("scorecard", [])
    if table.scorecard_version:
        accepted["scorecard_version"] = table.columns.get("scorecard_version", [])
    wide = {f"{_CATEGORY}{name}": [category.header or name] for name, category in table.categories.items()}
    if wide:
        accepted |= {role: [] for role in OF_CATEGORIES}
    return Columns(
        accepted={**accepted, **wide},
        date="reviewed_at",
        # a row for each category cannot be gathered without the number; a row for each evaluation can
        optional=frozenset({"number"} if wide else ()),
        exact=frozenset({"reviewed_at", "weight", "score", *wide}),
        filled_down=table.fill_down,
    )


def _long(rows: pl.DataFrame, table: EvaluationTable) -> pl.DataFrame:
    """A row for each category, in the order of the table; weights are those of the region."""
    frames = [
        rows.with_columns(
            pl.lit(name).alias("category"),
            pl.lit(str(category.weight)).alias("weight"),
            pl.lit("да" if category.critical else "нет").alias("critical"),
            pl.col(f"{_CATEGORY}{name}").alias("score"),
        )
        for name, category in table.categories.items()
    ]
    order = pl.int_range(pl.len()).alias("_order")
    return pl.concat([frame.with_columns(order) for frame in frames]).sort("_order", maintain_order=True).drop("_order")


def _scored(rows: pl.DataFrame, table: EvaluationTable) -> pl.DataFrame:
    """Weights and scores as numbers, with what is wrong with them."""
    score, critical = pl.col("score"), pl.col("critical").str.to_lowercase()
    given = ~score.str.to_lowercase().is_in(_NOT_APPLICABLE)
    rows = rows.with_columns(
        weight_written="weight",
        score_written="score",
        weight=number_of("weight"),
        score=_fraction(table),
        is_critical=critical.replace_strict(_YES_NO, default=None, return_dtype=pl.Boolean),
        _given=given,
    )
    is_score = pl.col("score").is_between(0, 1).fill_null(value=False)
    return rows.with_columns(
        _score_problem=pl.coalesce(
            when(pl.col("weight").is_null() | (pl.col("weight") < 0), "unreadable_number"),
            when(pl.col("_given") & ~is_score, "unreadable_number"),
            when(pl.col("is_critical").is_null(), "unknown_code"),
        )
    )


def _fraction(table: EvaluationTable) -> pl.Expr:
    """A score as 0…1: what says itself out of how much it is (``80 %``, ``4 из 5``), or by the scale of the table."""
    parts = pl.col("score").str.extract_groups(r"^\s*(?<got>[\d.,]+)\s*(?:/|из)\s*(?<of>[\d.,]+)\s*$")
    got, whole = (
        parts.struct.field(name).str.replace(",", ".").cast(pl.Float64, strict=False) for name in ("got", "of")
    )
    maxima = {name: category.maximum or table.maximum for name, category in table.categories.items()}
    full = {"fraction": 1.0, "percent": 100.0, "points": table.maximum}[table.scale]
    maximum = pl.lit(full, pl.Float64)
    if table.scale == "points" and maxima:
        maximum = pl.col("category").replace_strict(maxima, default=full, return_dtype=pl.Float64)
    says_itself = pl.col("score").str.contains("%", literal=True)
    return (
        pl.when(whole > 0)
        .then(got / whole)
        .when(says_itself)
        .then(number_of("score"))
        .otherwise(number_of("score") / maximum)
    )
