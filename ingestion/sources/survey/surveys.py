"""Surveys of every system: each hands over one form, and what lands is made of it by the same rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from ingestion.extract import Context, Extract
from ingestion.sources.survey import formbricks, limesurvey_api, table
from ingestion.sources.survey.config import Formbricks, LimeSurveyApi, Survey, SurveyFiles
from ingestion.sources.survey.rows import answers_of, responses_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ingestion.sources.survey.wide import Wide


def extract(context: Context) -> Extract:
    """Read the answers of a week: one row per response, and one per response and question asked."""
    config = context.region.sources.survey
    assert config is not None
    extract = Extract()
    responses: list[pl.DataFrame] = []
    answers: list[pl.DataFrame] = []
    for wide in _read(config, context, extract):
        response = responses_of(wide, context, config)
        responses.append(response)
        answers.append(answers_of(response, wide, config))
    extract.frames["responses"] = pl.concat(responses, how="diagonal")
    extract.frames["answers"] = pl.concat(answers, how="vertical")
    return extract


def _read(config: Survey, context: Context, extract: Extract) -> Iterator[Wide]:
    match config:
        case LimeSurveyApi():
            return limesurvey_api.read(config, context, extract)
        case Formbricks():
            return formbricks.read(config, context, extract)
        case _:
            assert isinstance(config, SurveyFiles)
            return table.read(config, context, extract)
