"""What lands of a survey, whatever its system: one row per response, and one per response and question asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from ingestion.contract import INTEGER, TEXT
from ingestion.extract import Context, first_problem, flag, translated, unread, when, with_place
from ingestion.weeks import credible, to_utc

if TYPE_CHECKING:
    from ingestion.sources.survey.config import Survey
    from ingestion.sources.survey.wide import Wide

_LOCAL = ("%Y-%m-%d %H:%M:%S%.f", "%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S%.f")
_WITH_OFFSET = "%Y-%m-%dT%H:%M:%S%.f%z"


def responses_of(wide: Wide, context: Context, config: Survey) -> pl.DataFrame:
    """Responses of the common form, with its questions beside them."""
    frame = with_place(wide.frame, context)
    codes = config.codes
    frame = frame.with_columns(
        record_id=pl.lit("survey:") + pl.col("id"),
        submitted_at=_moments(frame, "submitted_at", context, config),
        invited_at=_moments(frame, "invited_at", context, config),
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
        is_incentivised=flag("incentive").fill_null(value=False),
    ).with_columns(
        first_problem(
            when(unread("group_written", "client_group"), "unknown_code"),
            when(unread("invited_written", "invited_at"), "unreadable_date"),
            when(unread("last_page", "page"), "unreadable_number"),
        ),
        is_complete=(
            (pl.col("page") >= config.last_page).fill_null(value=False)
            if "last_page" in config.columns
            else pl.col("_complete")
        ),
        observed_at="submitted_at",
    )
    if not wide.is_dated:  # an export without dates belongs to the week that the region names
        frame = frame.with_columns(_week=pl.lit(config.period, TEXT))
    return frame.drop("client")


def _moments(frame: pl.DataFrame, column: str, context: Context, config: Survey) -> pl.Series:
    """UTC of moments as systems write them: with an offset, or local to the zone of the system or of the centre."""
    written = pl.col(column)
    zone = pl.lit(config.time_zone) if config.time_zone else pl.col("_zone")
    zones = [config.time_zone] if config.time_zone else context.zones
    readings = [to_utc(written.str.to_datetime(form, time_unit="us", strict=False), zone, zones) for form in _LOCAL]
    absolute = written.str.replace(r"Z$", "+00:00").str.to_datetime(_WITH_OFFSET, time_unit="us", strict=False)
    readings.insert(1, credible(absolute.dt.replace_time_zone(None)))
    read = frame.select(readings[0].alias(column)).to_series()
    for reading in readings[1:]:
        if read.null_count() == frame[column].null_count():
            break
        read = read.zip_with(read.is_not_null(), frame.select(reading.alias(column)).to_series())
    return read


def answers_of(responses: pl.DataFrame, wide: Wide, config: Survey) -> pl.DataFrame:
    """Answers of the responses: a question that was not asked has none, one that was left empty has an empty one."""
    keep = [
        name
        for name in ("record_id", "origin", "observed_at", "problem", "_zone", "_week")
        if name in responses.columns
    ]
    questions = wide.questions
    long = responses.select(*keep, *questions).unpivot(
        list(questions), index=keep, variable_name="_column", value_name="_written"
    )
    code = {name: question for name, (question, _) in questions.items()}
    wording = {name: text for name, (_, text) in questions.items()}
    closed = [question for question, entry in config.questions.items() if entry.scale]
    is_off_scale = pl.col("question").is_in(closed) & unread("_written", "answer_position")
    return (
        long.filter(pl.col("_written").is_not_null())
        .with_columns(
            response_id="record_id",
            question=pl.col("_column").replace_strict(code, return_dtype=TEXT),
            question_text=pl.col("_column").replace_strict(wording, return_dtype=TEXT),
            _written=pl.col("_written").replace("", None),
        )
        .with_columns(record_id=pl.col("response_id") + ":" + pl.col("question"))
        .join(_scales(config), on=["question", "_written"], how="left", maintain_order="left")
        .with_columns(
            first_problem(when(is_off_scale, "unknown_code")),
            answer_text=pl.coalesce("_label", "_written"),
        )
    )


def _scales(config: Survey) -> pl.DataFrame:
    """Every way to write an answer of a scale, with its label and place."""
    ways = {
        (question, str(way)): (str(entry.scale[place]), place + (not _is_zero_based(entry.scale)), len(entry.scale))
        for question, entry in config.questions.items()
        # what is both a label and a code is a code: a system that has codes writes them
        for ways in (entry.scale, entry.answer_codes)
        for place, way in enumerate(ways)
    }
    return pl.DataFrame(
        [(*way, *meaning) for way, meaning in ways.items()],
        schema={
            **dict.fromkeys(("question", "_written", "_label"), TEXT),
            **dict.fromkeys(("answer_position", "scale_points"), INTEGER),
        },
        orient="row",
    )


def _is_zero_based(scale: list[str | int]) -> bool:
    """Whether the points of a scale are the numbers from 0 on."""
    return bool(scale) and all(label == place_on_scale for place_on_scale, label in enumerate(scale))
