"""The lists of ``methodology/`` as landed tables."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import polars as pl
import yaml

from ingestion.calendars import CalendarRow, calendar_rows
from ingestion.errors import IngestionError
from ingestion.methodology.check import check_methodology
from ingestion.methodology.journeys import metric_plan, stage_of
from ingestion.reference_contract import REFERENCE
from ingestion.weeks import monday, shift, week_number, week_range

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ingestion.methodology.check import Methodology

_LANDED = {  # column of the marts → list of dictionaries.yml
    "touchpoint": "touchpoints",
    "channel": "contact_channels",
    "client_group": "client_groups",
    "segment": "segments",
    "source": "sources",
    "aspect": "aspects",
}
CODES = {  # column of the contract → list of dictionaries.yml
    "channel": "contact_channels",
    "service": "services",
    "client_group": "client_groups",
    "segment": "segments",
    "touchpoint": "touchpoints",
    "feedback_channel": "feedback_channels",
    "reason": "reasons",
}
_CALENDAR = "2015-W01..2040-W52"


def load_yaml(path: Path) -> dict[str, Any]:
    """Content of a methodology file.

    Raises:
        IngestionError: no such file, or not YAML.
    """
    try:
        # the loader in C, as safe as the other: files are read once a source and week
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    except (OSError, ValueError, yaml.YAMLError) as error:  # a date that no calendar has is a ValueError
        raise IngestionError(f"Методика: {path.name} не читается ({' '.join(str(error).split())}).") from None
    if not isinstance(content, dict):
        raise IngestionError(f"Методика: в {path.name} нет списков. Верните их.")
    return content


def known_codes(methodology: Path) -> dict[str, list[str]]:
    """Codes of the dictionaries, by the column that holds them."""
    dictionaries = load_yaml(methodology / "dictionaries.yml")
    return {column: list(dictionaries[words]) for column, words in CODES.items()}


def reference_tables(methodology: Path, region: str, week: str) -> dict[str, pl.DataFrame]:
    """Tables of :data:`ingestion.reference_contract.REFERENCE` from the YAML files of a folder, for a run of a week.

    Args:
        methodology: the folder.
        region: code of the region, whose own files are laid over it.
        week: ISO week, for what holds in some weeks only.

    Raises:
        IngestionError: a file is wrong: a line for each error.
    """
    checked = check_methodology(methodology, region)
    dictionaries, metrics, parameters = checked.dictionaries, checked.metrics, checked.parameters
    exceptions = checked.first_contact_exceptions.services
    excepted = {code for code, entries in exceptions.items() if any(each.holds_on(monday(week)) for each in entries)}
    rows: dict[str, list[tuple[Any, ...]]] = {}
    rows["codes"] = [
        (column, code, name, place)
        for column, words in _LANDED.items()
        for place, (code, name) in enumerate(dictionaries[words].items(), start=1)
    ]
    rows["codes"] += [
        ("journey", code, journey.name, place)
        for place, (code, journey) in enumerate(checked.journeys.items(), start=1)
    ]
    rows["services"] = [
        (code, name, checked.journey_of_service.get(code), code not in excepted, place)
        for place, (code, name) in enumerate(dictionaries["services"].items(), start=1)
    ]
    rows["stages"] = [
        (code, stage.code, stage.name, place)
        for code, journey in checked.journeys.items()
        for place, stage in enumerate(journey.stages, start=1)
    ]
    rows["stage_touchpoints"] = [
        (code, stage_of(journey, touchpoint), touchpoint)
        for code, journey in checked.journeys.items()
        for touchpoint in dict.fromkeys(each for stage in journey.stages for each in stage.touchpoints)
    ]
    rows["weeks"] = [
        (week, week_number(week), monday(week), monday(week) + timedelta(days=6)) for week in week_range(_CALENDAR)
    ]
    fields = [field for field in REFERENCE["metrics"] if field not in ("metric", "position")]
    rows["metrics"] = [
        (code, *(getattr(metric, field) for field in fields), place)
        for place, (code, metric) in enumerate(metrics.items(), start=1)
    ]
    rows["metric_sources"] = [(code, source) for code, metric in metrics.items() for source in metric.sources]
    rows["kpi_corridors"] = list(_corridors(checked))
    rows["reasons"] = [
        (code, name, judgement.criticality[code], version, judgement.valid_from, place)
        for version, judgement in checked.reasons.versions.items()
        for place, (code, name) in enumerate(dictionaries["reasons"].items(), start=1)
    ]
    rows["metric_plan"] = list(_plan(checked))
    rows["parameters"] = list(parameters.items())
    rows["calendar_days"] = list(_calendar(methodology, week, parameters))
    return {table: pl.DataFrame(rows[table], schema=REFERENCE[table], orient="row") for table in REFERENCE}


def _corridors(checked: Methodology) -> Iterator[tuple[Any, ...]]:
    """Corridors of the KPI sets, each for the weeks in which its set holds too."""
    for code, kpi_set in checked.kpi_sets.sets.items():
        for each in kpi_set.kpis:
            known = (code, kpi_set.client_group, kpi_set.segment, each.kpi, checked.kpis.kpis[each.kpi].wording)
            for corridor in each.corridors:
                ends = [end for end in (kpi_set.valid_to, corridor.valid_to) if end]
                yield (
                    *(*known, each.rank, each.metric, each.owner),
                    *(corridor.lower, corridor.upper, corridor.better, corridor.act),
                    *(max(kpi_set.valid_from, corridor.valid_from), min(ends) if ends else None),
                )


def _plan(checked: Methodology) -> Iterator[tuple[Any, ...]]:
    """Cells of the matrix touchpoint × metric that the maps of the journeys ask for."""
    for code, journey in checked.journeys.items():
        for position, place in enumerate(metric_plan(journey), start=1):
            yield code, place.stage, place.touchpoint, place.metric, position


def _calendar(methodology: Path, week: str, parameters: dict[str, float]) -> list[CalendarRow]:
    """Days around a week: those that its run can ask for, so that a week costs the same after years."""
    paths = {"federal": methodology / "calendars" / "federal.yml"}
    paths |= {path.stem: path for path in sorted((methodology / "calendars").glob("*.yml"))}
    files = {code: (f"calendars/{path.name}", load_yaml(path)) for code, path in paths.items()}
    first = monday(shift(week, -int(parameters["calendar_weeks_before"])))
    after = monday(shift(week, int(parameters["calendar_weeks_after"]) + 1))
    return calendar_rows(files, first, after - timedelta(days=1))
