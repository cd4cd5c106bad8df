"""Services that cannot be solved at first contact (Appendix 4, net FCR)."""

from __future__ import annotations

import datetime as dt  # noqa: TC003
from typing import Self

from pydantic import field_validator, model_validator

from ingestion.methodology.profiles import Text  # noqa: TC001
from ingestion.methodology.reading import Strict, code_of, wrong
from ingestion.methodology.validity import WeeksValidity, overlapping


class Exclusion(WeeksValidity):
    """Why and when a service stands on the list, fixed before the first week in which it does."""

    version: Text
    reason: Text
    fixed_on: dt.date

    @model_validator(mode="after")
    def _is_fixed_before(self) -> Self:
        if self.fixed_on >= self.valid_from:
            raise wrong(f"нужна дата раньше valid_from ({self.valid_from}): список фиксируют до недели", "fixed_on")
        return self


class FirstContactExceptions(Strict):
    """``first_contact_exceptions.yml``: what was decided about each service."""

    services: dict[code_of("services"), list[Exclusion]]  # type: ignore[valid-type]

    @field_validator("services")
    @classmethod
    def _one_at_a_time(cls, services: dict[str, list[Exclusion]]) -> dict[str, list[Exclusion]]:
        for service, exclusions in services.items():
            if found := overlapping(exclusions):
                before, after = found
                raise wrong(f"срок пересекается с записью №{before + 1}; оставьте одну", service, after, "valid_from")
        return services
