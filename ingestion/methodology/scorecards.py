"""Scorecards of the internal quality score (Appendix 4)."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, field_validator, model_validator

from ingestion.methodology.profiles import Text  # noqa: TC001
from ingestion.methodology.reading import Strict, wrong
from ingestion.methodology.validity import Validity, refuse_same_version

Score = Annotated[float, Field(ge=0, le=1)]


class Category(Strict):
    """What is judged, and how much it counts."""

    name: Text
    weight: float = Field(gt=0)
    critical: bool = False
    scale: Text


class Scorecard(Validity):
    """A version of a scorecard."""

    scorecard: Text
    version: Text
    clause: Text
    categories: list[Category] = Field(min_length=1)

    @field_validator("categories")
    @classmethod
    def _stand_once(cls, categories: list[Category]) -> list[Category]:
        names = [category.name for category in categories]
        for number, name in enumerate(names):
            if name in names[:number]:
                raise wrong("эта категория уже есть; оставьте одну", number, "name")
        return categories


class Scorecards(Strict):
    """``scorecards.yml``: scales by code, each a map of labels to scores, and versions of scorecards by id."""

    scales: dict[str, dict[str, Score]]
    scorecards: dict[str, Scorecard]

    @field_validator("scales")
    @classmethod
    def _reach_both_ends(cls, scales: dict[str, dict[str, float]]) -> dict[str, dict[str, float]]:
        for name, scale in scales.items():
            if not {0, 1} <= set(scale.values()):
                raise wrong("нужны подпись с 0 (хуже всего) и подпись с 1 (лучше всего)", name)
        return scales

    @model_validator(mode="after")
    def _use_known_scales(self) -> Self:
        for name, scorecard in self.scorecards.items():
            for number, category in enumerate(scorecard.categories):
                if category.scale not in self.scales:
                    said = f"шкалы «{category.scale}» нет в scales; можно: {', '.join(self.scales)}"
                    raise wrong(said, "scorecards", name, "categories", number, "scale")
        refuse_same_version(self.scorecards, lambda entry: entry.scorecard, "scorecards")
        return self
