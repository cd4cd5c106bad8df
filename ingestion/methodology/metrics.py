"""The registry of metrics: what is said of each apart from its formula, which is SQL."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, RootModel, field_validator, model_validator

from ingestion.methodology.profiles import Text  # noqa: TC001
from ingestion.methodology.reading import Strict, code_of, wrong


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
        return metrics
