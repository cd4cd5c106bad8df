"""What lands must match the contract: columns, keys, codes, volume, counts."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from ingestion.contract import AUTHORS, COMMON, ENTITIES, EVENT_TYPES, INITIATORS, REFERENCE
from ingestion.reference import known_codes, load_yaml
from quality.engine import FINDINGS, absent

if TYPE_CHECKING:
    from collections.abc import Mapping

BOUNDS: dict[str, Any] = yaml.safe_load((Path(__file__).parents[1] / "bounds.yml").read_text(encoding="utf-8"))
MEANINGS = {
    "wrong_counts": "счёт строк не сходится с загруженным",
    "mostly_quarantined": "больше половины прочитанного — в карантине",
}
_SNAPSHOTS = {"offices", "schedules"}  # the register lands whole: its rows have no moment


def tables(source: str) -> dict[str, Mapping[str, Any]]:
    """Landed tables of a source, with the columns that the contract gives them."""
    if source == "reference":  # our own lists: those without which nothing can be computed; dbt tests their codes
        return {name: schema for name, schema in REFERENCE.items() if f"reference.{name}" in BOUNDS["least_rows"]}
    return {entity.name: entity.schema for entity in ENTITIES if entity.source == source}


def allowed_values(methodology: Path) -> dict[str, list[str]]:
    """Columns that hold codes, with the values allowed."""
    return {
        **known_codes(methodology),
        "platform": list(load_yaml(methodology / "dictionaries.yml")["external_channels"]),
        "event_type": EVENT_TYPES,
        "author_type": AUTHORS,
        "initiated_by": INITIATORS,
        "kind": ["review", "post", "comment"],
    }


def findings(loads: str, files: Mapping[str, str]) -> dict[str, str]:
    """What must not be found in the counts of a source: a query for each of ``MEANINGS``.

    Args:
        loads: relation of the counts.
        files: relation of each landed table.
    """
    counted = " union all ".join(
        f"select '{name}' as entity, count(*) as n from {file}" for name, file in files.items()
    )
    bound = BOUNDS["most_quarantined"]
    return {
        "wrong_counts": f"select entity as record_id from ({counted}) as counted "
        f"left join (select * from {loads} where office_id is null) as loads using (entity) "
        "where coalesce(status not in ('loaded', 'no_source', 'not_configured') or n <> rows_landed, true)",
        "mostly_quarantined": f"select entity as record_id from {loads} where office_id is null "
        f"and rows_read >= {bound['least_read']} and rows_quarantined > {bound['share']} * rows_read",
    }


def expectations(
    source: str, table: str, columns: Mapping[str, Any], codes: dict[str, list[str]], *, loaded: bool
) -> list[Any]:
    """Expectations of one landed table; a source that failed must give an empty file of the right shape."""
    gxe: Any = import_module("great_expectations.expectations")

    if table == FINDINGS:
        return [absent(finding) for finding in MEANINGS]
    wanted: list[Any] = [gxe.ExpectTableColumnsToMatchSet(column_set=list(columns), exact_match=True)]
    if not loaded:
        return [*wanted, gxe.ExpectTableRowCountToEqual(value=0)]
    if least := BOUNDS["least_rows"].get(f"{source}.{table}"):
        wanted.append(gxe.ExpectTableRowCountToBeBetween(min_value=least["rows"]))
    if source == "reference":
        return wanted
    never_null = ["record_id", "origin"]
    if table in _SNAPSHOTS:
        never_null.append("office_id")
    elif source != "survey":  # an export without dates is allowed there
        never_null.append("observed_at")
    wanted += [gxe.ExpectColumnValuesToNotBeNull(column=name) for name in never_null]
    wanted.append(gxe.ExpectColumnValuesToBeUnique(column="record_id"))
    wanted += [
        gxe.ExpectColumnValuesToBeInSet(column=name, value_set=allowed)
        for name, allowed in codes.items()
        if name in columns and name not in COMMON
    ]
    return wanted
