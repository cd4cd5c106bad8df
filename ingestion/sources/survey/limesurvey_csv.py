"""Surveys: LimeSurvey's CSV export, two header rows, one response a row."""

from __future__ import annotations

import hashlib
from collections import Counter
from itertools import zip_longest
from typing import TYPE_CHECKING, get_args

import polars as pl

from ingestion.contract import INTEGER, TEXT
from ingestion.extract import Context, Extract, SourceError, first_problem, translated, unread, when, with_place
from ingestion.reading import found_files, place, read_rows
from ingestion.sources.survey.config import SurveyRole
from ingestion.weeks import to_utc

if TYPE_CHECKING:
    from pathlib import Path

    from ingestion.sources.survey.config import Survey

ROLES = get_args(SurveyRole)


def extract(context: Context) -> Extract:
    """Read the answers of a week: one row per response, and one per response and question."""
    config = context.region.sources.survey
    assert config is not None
    extract = Extract(other_week_is_wrong="{week}" in config.files)
    responses: list[pl.DataFrame] = []
    answers: list[pl.DataFrame] = []
    for path in found_files(config.files, context, extract):
        wide, questions = _wide(path, config)
        response = _responses(wide, context, config)
        responses.append(response)
        answers.append(_answers(response, questions, config))
    extract.frames["responses"] = pl.concat(responses, how="diagonal")
    extract.frames["answers"] = pl.concat(answers, how="vertical")
    return extract


def _headers(rows: list[list[str]], where: str) -> list[tuple[str, str]]:
    if len(rows) < 2:
        raise SourceError(f"{where}: нет двух строк заголовка; выгрузите ответы из LimeSurvey заново")
    first, second = ([cell.strip() for cell in row] for row in rows[:2])
    question = ""
    headers = []
    for group, part in zip_longest(first, second, fillvalue=""):
        # a group stands over the first of its parts only
        question = group or (question if part else "")
        headers.append((question, part))
    return headers


def _wide(path: Path, config: Survey) -> tuple[pl.DataFrame, dict[str, tuple[str, str]]]:
    """The export as a frame of text: roles under their names, questions under their codes.

    Returns:
        The frame, and by column ``q_…`` the code and the wording of the question.
    """
    rows = read_rows(path)
    name = place(path)
    headers = _headers(rows, name)
    role_of = {header: role for role, header in config.columns.items()}
    code_of = {question.header: code for code, question in config.questions.items()}
    if missing := [header for header in [*role_of, *code_of] if (header, "") not in headers]:
        raise SourceError(f"{name}: нет столбцов {', '.join(missing)}; проверьте вопросы в описании региона")
    # a blank line is not a response
    body = [(number, [cell.strip() for cell in row]) for number, row in enumerate(rows[2:], start=3) if row]
    columns: dict[str, list[str | None]] = {}
    questions: dict[str, tuple[str, str]] = {}
    for position, (group, part) in enumerate(headers):
        values = [row[position] or None if position < len(row) else None for _, row in body]
        role = role_of.get(group) if not part else None
        if role and role not in columns:
            columns[role] = values
            continue
        column = f"q_{position}"
        columns[column] = values
        code = code_of.pop(group, None) if not part else None
        questions[column] = (code or f"c{position + 1:02d}", " / ".join(text for text in (group, part) if text))
    frame = pl.DataFrame(columns, schema=dict.fromkeys(columns, TEXT))
    if "id" not in frame.columns:
        frame = frame.with_columns(id=pl.Series(_ids_of_content([row for _, row in body]), dtype=TEXT))
    frame = frame.with_columns(pl.lit(None, TEXT).alias(role) for role in ROLES if role not in frame.columns)
    # cells beyond the headers: a separator stands in a text, and every answer after it in a wrong column
    is_ragged = [any(row[len(headers) :]) for _, row in body]
    return frame.with_columns(
        origin=pl.Series([f"{name}#{number}" for number, _ in body], dtype=TEXT),
        problem=pl.Series(["wrong_shape" if ragged else None for ragged in is_ragged], dtype=TEXT),
    ), questions


def _ids_of_content(body: list[list[str]]) -> list[str]:
    """Ids of an export that has none: the hash of the row, and its occurrence among equal rows."""
    seen: Counter[str] = Counter()
    ids = []
    for row in body:
        digest = hashlib.sha256("\x1f".join(row).encode()).hexdigest()[:16]
        seen[digest] += 1
        ids.append(f"{digest}-{seen[digest]}")
    return ids


def _responses(wide: pl.DataFrame, context: Context, config: Survey) -> pl.DataFrame:
    codes = config.codes
    frame = with_place(wide, context)

    def moment(column: str) -> pl.Expr:
        local = pl.col(column).str.to_datetime("%Y-%m-%d %H:%M:%S", time_unit="us", strict=False)
        return to_utc(local, pl.col("_zone"), context.zones)

    frame = frame.with_columns(
        record_id=pl.lit("survey:") + pl.col("id"),
        submitted_at=moment("submitted_at"),
        invited_at=moment("invited_at"),
        interaction_id=pl.lit(f"{config.interaction_source}:") + pl.col("interaction_id"),
        touchpoint_code=pl.col("touchpoint"),
        touchpoint=translated("touchpoint", codes.get("touchpoint", {})),
        group_written="client_group",
        invited_written="invited_at",
        page=pl.col("last_page").cast(INTEGER, strict=False),
        client_group=translated("client_group", codes.get("client_group", {})),
        client_key=context.pseudonyms.of(frame["client"]),
        feedback_channel=pl.lit(config.feedback_channel, TEXT),
        questionnaire=pl.lit(config.questionnaire, TEXT),
        questionnaire_version=pl.lit(config.questionnaire_version, TEXT),
        is_incentivised=(pl.col("incentive").str.to_lowercase() == "да").fill_null(value=False),
    ).with_columns(
        first_problem(
            when(unread("group_written", "client_group"), "unknown_code"),
            when(unread("invited_written", "invited_at"), "unreadable_date"),
            when(unread("last_page", "page"), "unreadable_number"),
        ),
        is_complete=(
            (pl.col("page") >= config.last_page).fill_null(value=False)
            if "last_page" in config.columns
            else pl.lit(value=True)
        ),
        observed_at="submitted_at",
    )
    if "submitted_at" not in config.columns:  # an export without dates belongs to the week that the region names
        frame = frame.with_columns(_week=pl.lit(config.period, TEXT))
    return frame.drop("client")


def _answers(responses: pl.DataFrame, questions: dict[str, tuple[str, str]], config: Survey) -> pl.DataFrame:
    keep = [
        name
        for name in ("record_id", "origin", "observed_at", "problem", "_zone", "_week")
        if name in responses.columns
    ]
    long = responses.select(*keep, *questions).unpivot(
        list(questions), index=keep, variable_name="_column", value_name="answer_text"
    )
    code = {name: question for name, (question, _) in questions.items()}
    wording = {name: text for name, (_, text) in questions.items()}
    positions = {
        (question, str(label)): (place_on_scale if _is_zero_based(scale) else place_on_scale + 1, len(scale))
        for question, scale in ((code, entry.scale) for code, entry in config.questions.items())
        for place_on_scale, label in enumerate(scale)
    }
    scales = pl.DataFrame(
        [(question, label, place, points) for (question, label), (place, points) in positions.items()],
        schema={"question": TEXT, "_label": TEXT, "answer_position": INTEGER, "scale_points": INTEGER},
        orient="row",
    )
    closed = [question for question, entry in config.questions.items() if entry.scale]
    off_scale = pl.col("question").is_in(closed) & pl.col("_label").is_not_null() & pl.col("answer_position").is_null()
    return (
        long.with_columns(
            response_id="record_id",
            question=pl.col("_column").replace_strict(code, return_dtype=TEXT),
            question_text=pl.col("_column").replace_strict(wording, return_dtype=TEXT),
            _label=pl.col("answer_text"),
        )
        .with_columns(record_id=pl.col("response_id") + ":" + pl.col("question"))
        .join(scales, on=["question", "_label"], how="left", maintain_order="left")
        .with_columns(first_problem(when(off_scale, "unknown_code")))
    )


def _is_zero_based(scale: list[str | int]) -> bool:
    """Whether the points of a scale are the numbers from 0 on."""
    return bool(scale) and all(label == place_on_scale for place_on_scale, label in enumerate(scale))
