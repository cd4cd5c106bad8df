"""What the page of coverage shows: the metric plan of each journey, stage by stage, and what is measured of it."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from dashboards.data import Published
    from dashboards.records import Planned

HOLE = "no_data"


class PlannedTouchpoint(NamedTuple):
    """A touchpoint of a stage with the metrics that its plan asks for."""

    stage: str | None  # its name, where the touchpoint is the first of the stage
    touchpoint: str
    name: str
    cells: list[Planned]


class Plan(NamedTuple):
    """The plan of a journey; the one without a code holds what is measured outside of all plans."""

    code: str | None
    name: str | None
    touchpoints: list[PlannedTouchpoint]


class Hole(NamedTuple):
    """A touchpoint where a plan measures and nothing is there to measure."""

    touchpoint: str
    name: str
    metrics: list[str]


def plans(published: Published) -> list[Plan]:
    """The plans of the journeys in their order, and last what no plan asks for."""
    journeys = {term.code: term.name for term in published.journeys}
    names = {term.code: term.name for term in published.touchpoints}
    found = []
    for journey, cells in groupby(published.coverage, lambda cell: cell.journey):
        touchpoints: list[PlannedTouchpoint] = []
        seen: set[str | None] = set()
        for (stage, code), here in groupby(cells, lambda cell: (cell.stage, cell.touchpoint)):
            inside = list(here)
            title = None if stage in seen else inside[0].stage_name or stage
            seen.add(stage)
            touchpoints.append(PlannedTouchpoint(title, code, names.get(code, code), inside))
        found.append(Plan(journey, journey and journeys.get(journey, journey), touchpoints))
    return found


def holes(published: Published) -> list[Hole]:
    """The touchpoints with holes, each metric once whatever journey asks for it."""
    names = {term.code: term.name for term in published.touchpoints}
    missing: dict[str, dict[str, None]] = {}
    for cell in published.coverage:
        if cell.coverage == HOLE:
            missing.setdefault(cell.touchpoint, {})[cell.metric] = None
    return [Hole(code, names.get(code, code), list(metrics)) for code, metrics in missing.items()]
