"""The lists of ``methodology/`` as landed tables."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import polars as pl
import yaml

from ingestion.contract import REFERENCE
from ingestion.errors import IngestionError
from ingestion.weeks import monday, week_number, week_range

if TYPE_CHECKING:
    from pathlib import Path

_NAMED = {  # table → list of dictionaries.yml
    "touchpoints": "touchpoints",
    "channels": "contact_channels",
    "client_groups": "client_groups",
    "journeys": "journeys",
    "sources": "sources",
}
_CALENDAR = "2015-W01..2040-W52"


def load_yaml(path: Path) -> dict[str, Any]:
    """Content of a methodology file.

    Raises:
        IngestionError: no such file, or not YAML.
    """
    try:
        # the loader in C, as safe as the other: files are read once a source and week
        return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    except (OSError, yaml.YAMLError) as error:
        raise IngestionError(f"Методика: {path.name} не читается ({' '.join(str(error).split())}).") from None


def reference_tables(methodology: Path) -> dict[str, pl.DataFrame]:
    """Tables of :data:`ingestion.contract.REFERENCE` from the YAML files of a folder."""
    dictionaries = load_yaml(methodology / "dictionaries.yml")
    metrics = load_yaml(methodology / "metrics.yml")
    parameters = load_yaml(methodology / "parameters.yml")
    rows: dict[str, list[tuple[Any, ...]]] = {
        table: [(code, name, place) for place, (code, name) in enumerate(dictionaries[words].items(), start=1)]
        for table, words in _NAMED.items()
    }
    journey_of = dictionaries["service_journeys"]
    rows["services"] = [
        (code, name, journey_of.get(code), place)
        for place, (code, name) in enumerate(dictionaries["services"].items(), start=1)
    ]
    rows["weeks"] = [
        (week, week_number(week), monday(week), monday(week) + timedelta(days=6)) for week in week_range(_CALENDAR)
    ]
    fields = [field for field in REFERENCE["metrics"] if field not in ("metric", "position")]
    rows["metrics"] = [
        (code, *(entry[field] for field in fields), place)
        for place, (code, entry) in enumerate(metrics.items(), start=1)
    ]
    rows["metric_sources"] = [(code, source) for code, entry in metrics.items() for source in entry["sources"]]
    rows["parameters"] = [(name, float(value)) for name, value in parameters.items()]
    return {table: pl.DataFrame(rows[table], schema=REFERENCE[table], orient="row") for table in REFERENCE}
