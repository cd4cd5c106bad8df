"""The registry of metrics: what is said of each apart from its formula, which is SQL."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Literal, Self

from pydantic import Field, RootModel, field_validator, model_validator

from ingestion.methodology.profiles import Text  # noqa: TC001
from ingestion.methodology.questionnaires import question_code
from ingestion.methodology.reading import Strict, code_of, wrong

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_ASPECT = "{aspect}"


class ByAspect(Strict):
    """What a metric is called where its question is asked about one aspect; ``{aspect}`` stands for its name."""

    name: Text
    clause: Text

    @field_validator("name")
    @classmethod
    def _names_the_aspect(cls, name: str) -> str:
        if _ASPECT not in name:
            raise wrong(f"в названии нет {_ASPECT}; впишите, где стоит название аспекта")
        return name


class Metric(Strict):
    """One metric; the head of ``metrics.yml`` says what its kinds mean."""

    name: Text
    unit: Literal["percent", "points", "score", "minutes", "count"]
    better: Literal["higher", "lower", "none"]
    kind: Literal["share", "net", "mean", "ratio", "count", "median", "quantile"]
    quantile: float | None = Field(default=None, gt=0, lt=1)
    decimals: int = Field(ge=0, le=4)
    definition_id: Text
    definition_version: Text
    clause: Text
    description: Text
    aspect: code_of("aspects") | None = None  # type: ignore[valid-type]
    by_aspect: ByAspect | None = None
    is_lead: bool
    is_additive: bool
    is_survey: bool
    has_touchpoint: bool
    maturity_weeks: int = Field(ge=0)
    sources: list[code_of("sources")] = Field(min_length=1)  # type: ignore[valid-type]

    @model_validator(mode="after")
    def _says_which_quantile(self) -> Self:
        if (self.kind == "quantile") != (self.quantile is not None):
            raise wrong("указывается для вида quantile, и только для него", "quantile")
        return self

    @property
    def question(self) -> str:
        """The first word of the definition: the question whose answers a metric of a survey counts."""
        return self.definition_id.partition(".")[0]


class Metrics(RootModel[dict[str, Metric]]):
    """``metrics.yml``: the metrics by code, in the order in which people see them."""

    @field_validator("root")
    @classmethod
    def _are_defined_once(cls, metrics: dict[str, Metric]) -> dict[str, Metric]:
        seen: dict[str, str] = {}
        for code, metric in metrics.items():
            if other := seen.get(metric.definition_id):
                raise wrong(f"это определение уже у {other}; у каждого показателя своё", code, "definition_id")
            seen[metric.definition_id] = code
            if metric.by_aspect and not code.startswith(f"{metric.question}_"):
                said = f"код показателя по аспектам начинается с его вопроса: {metric.question}_…"
                raise wrong(said, code, "by_aspect")
        return metrics


def with_aspects(
    metrics: Mapping[str, Metric], asked: Mapping[str, list[str]], names: Mapping[str, str]
) -> dict[str, Metric]:
    """The registry with the metrics of the aspects that people are asked about (Appendix 4, tables 2.1 and 3.1).

    An aspect is a question of its own: its answers are never averaged into those about the whole.

    Args:
        metrics: the metrics by code; those of a question stand together.
        asked: the aspects by question.
        names: names of the aspects by code.

    Returns:
        The metrics by code, those of the aspects after the others of their question; an aspect has no lead metric.
    """

    def of_aspect(code: str, metric: Metric, aspect: str) -> tuple[str, Metric]:
        assert metric.by_aspect
        ours, theirs = metric.question, question_code(metric.question, aspect)
        name = names[aspect]
        changes = {
            "name": metric.by_aspect.name.replace(_ASPECT, name[:1].lower() + name[1:]),
            "clause": metric.by_aspect.clause,
            "definition_id": theirs + metric.definition_id.removeprefix(ours),
            "aspect": aspect,
            "by_aspect": None,
            "is_lead": False,
        }
        return theirs + code.removeprefix(ours), metric.model_copy(update=changes)

    def all_metrics() -> Iterator[tuple[str, Metric]]:
        for question, group in groupby(metrics.items(), key=lambda item: item[1].question):
            of_the_question = list(group)
            yield from of_the_question
            for aspect in asked.get(question, ()):
                yield from (of_aspect(code, metric, aspect) for code, metric in of_the_question if metric.by_aspect)

    return dict(all_metrics())
