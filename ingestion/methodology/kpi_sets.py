"""KPI sets of regions with their corridors (Appendix 1 §2 and §7, clauses 2.1.6–2.1.9), and the quarterly index."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from math import inf
from typing import Literal, Self

from pydantic import Field, ValidationInfo, field_validator, model_validator

from ingestion.methodology.kpis import Kpi  # noqa: TC001
from ingestion.methodology.profiles import Text  # noqa: TC001
from ingestion.methodology.reading import Strict, code_of, wrong
from ingestion.methodology.validity import Validity, WeeksValidity, overlapping, refuse_overlaps, refuse_same_version

_RANGES = {"percent": (0, 100), "points": (-100, 100)}  # unit of a metric → what it can be; other units: from zero


class Corridor(WeeksValidity):
    """Where the value of a metric should be, by which act."""

    lower: float
    upper: float
    better: Literal["higher", "lower", "middle"]
    act: Text

    @model_validator(mode="after")
    def _is_not_upside_down(self) -> Self:
        if self.lower >= self.upper:
            raise wrong(f"верхняя граница должна быть больше нижней ({self.lower:g})", "upper")
        return self

    def fault(self, better: str, unit: str) -> tuple[str, str] | None:
        """The field that does not fit a metric, and why; None when all do."""
        least, most = _RANGES.get(unit, (0, inf))
        if better != "none" and self.better not in (better, "middle"):
            return "better", f"у метрики лучше {better}; можно его или middle"
        if self.lower < least:
            return "lower", f"метрика не бывает меньше {least}; поднимите границу"
        if self.upper > most:
            return "upper", f"метрика не бывает больше {most}; опустите границу"
        return None


class SetKpi(Strict):
    """A KPI of a set: how it was found, what measures it, who owns it, and which process KPI rests on it (2.1.9)."""

    kpi: code_of("kpis")  # type: ignore[valid-type]
    rank: int = Field(ge=1)
    found_by: list[code_of("kpi_found_by")] = Field(min_length=1)  # type: ignore[valid-type]
    metric: code_of("metrics")  # type: ignore[valid-type]
    owner: Text
    process_kpi: Text | None = None
    corridors: list[Corridor] = Field(min_length=1)

    @field_validator("found_by")
    @classmethod
    def _rests_on_clients(cls, found_by: list[str], info: ValidationInfo) -> list[str]:
        if info.context and not set(found_by) & set(sound := info.context["kpi_methods"]):
            raise wrong(f"этого мало (приложение 1, п. 7); нужен хотя бы один из способов: {', '.join(sound)}")
        return found_by

    @field_validator("corridors")
    @classmethod
    def _one_at_a_time(cls, corridors: list[Corridor]) -> list[Corridor]:
        if found := overlapping(corridors):
            before, after = found
            raise wrong(f"срок пересекается с коридором №{before + 1}; оставьте один", after, "valid_from")
        return corridors

    @model_validator(mode="after")
    def _corridors_fit_the_metric(self, info: ValidationInfo) -> Self:
        if info.context:
            metric = info.context["metrics"][self.metric]
            for number, corridor in enumerate(self.corridors):
                if fault := corridor.fault(metric.better, metric.unit):
                    field, said = fault
                    raise wrong(said, "corridors", number, field)
        return self


class KpiSet(WeeksValidity):
    """The mission and the KPIs for a client group, or for a segment of it (2.1.8)."""

    example: bool = False
    client_group: code_of("client_groups")  # type: ignore[valid-type]
    segment: code_of("segments") | None = None  # type: ignore[valid-type]
    version: Text
    mission: Text
    kpis: list[SetKpi] = Field(min_length=1)

    @field_validator("kpis")
    @classmethod
    def _are_few(cls, kpis: list[SetKpi], info: ValidationInfo) -> list[SetKpi]:
        most = int(info.context["parameters"]["kpi_set_max"]) if info.context else len(kpis)
        if len(kpis) > most:
            raise wrong(f"можно не больше {most} показателей, есть {len(kpis)} (приложение 1, п. 2)", most)
        return kpis

    @field_validator("kpis")
    @classmethod
    def _stand_once_in_order(cls, kpis: list[SetKpi]) -> list[SetKpi]:
        for number, entry in enumerate(kpis):
            before = kpis[:number]
            if entry.kpi in [other.kpi for other in before]:
                raise wrong("этот показатель уже есть в наборе; оставьте один", number, "kpi")
            if entry.rank in [other.rank for other in before]:
                raise wrong("это место уже занято; у каждого показателя своё", number, "rank")
        return kpis

    @field_validator("kpis")
    @classmethod
    def _are_of_the_group(cls, kpis: list[SetKpi], info: ValidationInfo) -> list[SetKpi]:
        known: dict[str, Kpi] = (info.context or {}).get("kpis") or {}  # empty when kpis.yml itself is wrong
        group = info.data.get("client_group")
        for number, entry in enumerate(kpis if known and group else []):
            theirs = known[entry.kpi].client_group
            if theirs not in (None, group):
                raise wrong(f"показатель группы {theirs}; нужен показатель группы {group} или общий", number, "kpi")
        return kpis


class Half(Strict):
    """One of the two halves of the quarterly index."""

    name: Text
    client_group: code_of("client_groups")  # type: ignore[valid-type]


class Halves(Strict):
    """Both halves; each weighs the same."""

    citizens: Half
    employers: Half


class QuarterlyIndex(Validity):
    """The second, quarterly set: its halves are entered, since their formulas are not public."""

    version: Text
    name: Text
    formulas: Literal["not_public"]
    halves: Halves


class KpiSets(Strict):
    """``kpi_sets.yml``."""

    sets: dict[str, KpiSet]
    quarterly_index: dict[str, QuarterlyIndex]

    @model_validator(mode="after")
    def _hold_one_at_a_time(self) -> Self:
        refuse_same_version(self.sets, lambda entry: (entry.client_group, entry.segment), "sets")
        refuse_overlaps(self.sets, lambda entry: (entry.client_group, entry.segment), "sets")
        refuse_same_version(self.quarterly_index, lambda _: None, "quarterly_index")
        refuse_overlaps(self.quarterly_index, lambda _: None, "quarterly_index")
        return self


def quarterly_total(citizens: Decimal, employers: Decimal) -> Decimal:
    """The published quarterly index: the mean of both halves, rounded to hundredths, half away from zero.

    Args:
        citizens: the half of citizens, 0–100; decimal, since a binary fraction has no exact half.
        employers: the half of employers, 0–100.

    Raises:
        ValueError: a half is not within 0–100.
    """
    if not all(0 <= half <= 100 for half in (citizens, employers)):
        raise ValueError(f"Половины индекса бывают от 0 до 100, а даны {citizens} и {employers}.")
    return ((citizens + employers) / 2).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
