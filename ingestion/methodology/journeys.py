"""Maps of client journeys: clauses 2.2.1–2.2.10, the example of Appendix 6.

A map is a list of stages. As in Appendix 6, a stage has columns (``contacts``), one for each place where the client
meets the service, and each column its own thoughts, goals, measurement, barriers, people and tools. The seven parts
that clause 2.2.9 asks of a map are required fields that may not be empty: stage; goal and thoughts; touchpoints;
responsible units; technology; measurement; improvement.

What is not in the text of the methodology is marked ``assumed: true`` with the reason in ``why``.
"""

from __future__ import annotations

import datetime as dt  # noqa: TC003
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BeforeValidator, Field, ValidationInfo, field_validator

from ingestion.methodology.profiles import Text  # noqa: TC001
from ingestion.methodology.reading import Strict, code_of, wrong


class Assumable(Strict):
    """Something that may be our reading of the methodology, and then says why."""

    assumed: bool = False
    why: Text | None = Field(default=None, validate_default=True)

    @field_validator("why")
    @classmethod
    def _goes_with_assumed(cls, why: str | None, info: ValidationInfo) -> str | None:
        if bool(info.data.get("assumed")) != bool(why):
            raise wrong("нужно вместе с assumed: true: причина допущения; без допущения не пишется")
        return why


def _short(field: str) -> BeforeValidator:
    """Plain text may stand for an entry of which only one field is given."""

    def expand(value: Any) -> Any:
        return {field: value} if isinstance(value, str) else value

    return BeforeValidator(expand)


class Statement(Assumable):
    """A line of a cell; plain text when nothing is assumed."""

    text: Text


class Barrier(Assumable):
    """What stands in the client's way, and the reason of dissatisfaction that it is."""

    text: Text
    reason: code_of("reasons")  # type: ignore[valid-type]


class PlannedMetric(Assumable):
    """A metric that is watched in the touchpoints of a column; a plain code when nothing is assumed."""

    metric: code_of("metrics")  # type: ignore[valid-type]


Statements = Annotated[list[Annotated[Statement, _short("text")]], Field(min_length=1)]


class Contact(Assumable):
    """A column of a stage: touchpoints of the service, or a place that is not the service's (``outside``)."""

    touchpoints: list[code_of("touchpoints")] = Field(default_factory=list)  # type: ignore[valid-type]
    outside: Text | None = Field(default=None, validate_default=True)
    thoughts: Statements
    centre_goals: Statements
    metrics: list[Annotated[PlannedMetric, _short("metric")]] = Field(default_factory=list)
    instruments: list[code_of("instruments")] = Field(min_length=1)  # type: ignore[valid-type]
    barriers: list[Barrier] = Field(min_length=1)
    responsible: list[code_of("units")] = Field(min_length=1)  # type: ignore[valid-type]
    improvement: Statements

    @field_validator("outside")
    @classmethod
    def _is_somewhere(cls, outside: str | None, info: ValidationInfo) -> str | None:
        if bool(outside) == bool(info.data.get("touchpoints", True)):
            raise wrong("нужно что-нибудь одно: touchpoints (точки контакта службы) или outside (место вне службы)")
        return outside


class Stage(Assumable):
    """A stage of a journey."""

    code: Text = Field(pattern="^[a-z][a-z0-9_]*$")
    name: Text
    source: Text
    within_service: bool  # clause 2.2.8: steps that are not the service's stand in the map too
    circumstances: Text | None = None
    citizen_goal: Annotated[Statement, _short("text")]
    technology: Statements
    contacts: list[Contact] = Field(min_length=1)

    @field_validator("contacts")
    @classmethod
    def _touchpoint_stands_once(cls, contacts: list[Contact]) -> list[Contact]:
        seen: set[str] = set()
        for number, contact in enumerate(contacts):
            for place, touchpoint in enumerate(contact.touchpoints):
                if touchpoint in seen:
                    raise wrong(
                        f"точка {touchpoint} в этой стадии уже есть; оставьте одну", number, "touchpoints", place
                    )
                seen.add(touchpoint)
        return contacts

    @property
    def touchpoints(self) -> list[str]:
        """Touchpoints of all columns."""
        return [touchpoint for contact in self.contacts for touchpoint in contact.touchpoints]


class Audience(Strict):
    """For whom the journey is: there is no average client (clause 2.2.4)."""

    client_group: code_of("client_groups")  # type: ignore[valid-type]
    segments: list[code_of("segments")] = Field(min_length=1)  # type: ignore[valid-type]
    profile: code_of("profiles")  # type: ignore[valid-type]


class Classification(Strict):
    """The ways of clause 2.2.6 to class a journey; the fifth, by target group, is the audience."""

    services: list[code_of("services")] = Field(min_length=1)  # type: ignore[valid-type]
    visits: Literal["none", "one", "one_after_remote_request", "two"]
    bundle: Literal["one_service", "life_situation"]
    task: Literal["find_out", "apply_and_get", "complain"]


class Journey(Strict):
    """A map."""

    code: code_of("journeys")  # type: ignore[valid-type]
    name: Text
    version: Text
    effective_from: dt.date
    next_review: dt.date
    owner: Text
    source: Text
    audience: Audience
    classification: Classification
    purpose: Text  # in the first person (clause 2.2.3)
    stages: list[Stage] = Field(min_length=1)

    @field_validator("next_review")
    @classmethod
    def _comes_after_the_start(cls, review: dt.date, info: ValidationInfo) -> dt.date:
        start = info.data.get("effective_from")
        if start and review <= start:
            raise wrong(f"нужна дата позже effective_from ({start})")
        return review

    @field_validator("stages")
    @classmethod
    def _stage_stands_once(cls, stages: list[Stage]) -> list[Stage]:
        codes = [stage.code for stage in stages]
        for number, code in enumerate(codes):
            if code in codes[:number]:
                raise wrong(f"стадия {code} уже есть; дайте другой код", number, "code")
        return stages


class MetricPlace(NamedTuple):
    """A cell of the matrix touchpoint × metric."""

    journey: str
    stage: str
    touchpoint: str
    metric: str


def stage_of(journey: Journey, touchpoint: str) -> str | None:
    """The first stage of a journey in which a touchpoint stands; None when it stands in none."""
    return next((stage.code for stage in journey.stages if touchpoint in stage.touchpoints), None)


def metric_plan(journey: Journey) -> list[MetricPlace]:
    """Which metric is watched where, in the order of the map."""
    return [
        MetricPlace(journey.code, stage.code, touchpoint, planned.metric)
        for stage in journey.stages
        for contact in stage.contacts
        for touchpoint in contact.touchpoints
        for planned in contact.metrics
    ]
