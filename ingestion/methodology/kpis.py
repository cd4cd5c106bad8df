"""Client KPIs: clauses 2.1.1–2.1.9, the lists of Appendix 1 §8–9, and what a region adds."""

from __future__ import annotations

from pydantic import Field

from ingestion.methodology.profiles import Text  # noqa: TC001
from ingestion.methodology.reading import Strict, code_of


class Kpi(Strict):
    """A client KPI; without ``client_group`` it is of every client."""

    wording: Text
    group: code_of("kpi_groups")  # type: ignore[valid-type]
    client_group: code_of("client_groups") | None = None  # type: ignore[valid-type]
    clause: Text
    increment: code_of("kpi_increments") | None = None  # type: ignore[valid-type]
    unit: code_of("metric_units") | None = None  # type: ignore[valid-type]
    metrics: list[code_of("metrics")] = Field(default_factory=list)  # type: ignore[valid-type]


class Kpis(Strict):
    """``kpis.yml``: KPIs by code."""

    kpis: dict[str, Kpi]
