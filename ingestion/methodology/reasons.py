"""How critical the reasons of dissatisfaction are (clause 2.4.2)."""

from __future__ import annotations

import datetime as dt  # noqa: TC003
from typing import Annotated, Self

from pydantic import Field, ValidationInfo, field_validator, model_validator

from ingestion.methodology.reading import Strict, code_of, wrong

Criticality = Annotated[int, Field(ge=1, le=5)]


class Judgement(Strict):
    """A version of the list: what a committee decided, from which Monday it holds."""

    committee_date: dt.date
    valid_from: dt.date
    criticality: dict[code_of("reasons"), Criticality]  # type: ignore[valid-type]

    @model_validator(mode="after")
    def _starts_after_the_committee(self) -> Self:
        if self.valid_from.weekday() != 0:
            raise wrong("нужен понедельник: действует целыми неделями", "valid_from")
        if self.valid_from < self.committee_date:
            raise wrong(f"нужна дата не раньше решения комиссии ({self.committee_date})", "valid_from")
        return self

    @field_validator("criticality")
    @classmethod
    def _covers_all(cls, criticality: dict[str, int], info: ValidationInfo) -> dict[str, int]:
        if info.context and (missing := [code for code in info.context["reasons"] if code not in criticality]):
            raise wrong(f"нет причин {', '.join(missing)}; впишите каждую с числом от 1 до 5")
        return criticality


class Reasons(Strict):
    """``reasons.yml``: judgements by version; the one that started last holds."""

    versions: dict[str, Judgement] = Field(min_length=1)

    @model_validator(mode="after")
    def _start_on_different_days(self) -> Self:
        starts: dict[dt.date, str] = {}
        for version, judgement in self.versions.items():
            first = starts.setdefault(judgement.valid_from, version)
            if first != version:
                said = f"с этого дня уже действует версия {first}; нужна другая дата"
                raise wrong(said, "versions", version, "valid_from")
        return self
