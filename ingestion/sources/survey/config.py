"""How a region describes its survey."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from ingestion.config import Files, Strict

SurveyRole = Literal[
    "id",
    "submitted_at",
    "invited_at",
    "office_id",
    "interaction_id",
    "touchpoint",
    "client_group",
    "client",
    "last_page",
    "incentive",
]


class Question(Strict):
    """A question of a survey: its header and, for a closed one, its answers from the worst to the best."""

    header: str
    scale: list[str | int] = Field(default_factory=list)


class Survey(Files):
    """A survey export and what its columns mean."""

    columns: dict[SurveyRole, str] = Field(default_factory=dict)
    questions: dict[str, Question] = Field(default_factory=dict)
    period: str | None = None
    last_page: int = 1
    feedback_channel: str | None = None
    questionnaire: str | None = None
    questionnaire_version: str | None = None
    interaction_source: str = "ais"
