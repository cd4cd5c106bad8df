"""What lands must match the contract: columns, keys, codes, volume, counts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from ingestion.contract import AUTHORS, COMMON, DIRECTIONS, ENTITIES, EVENT_TYPES, INITIATORS
from ingestion.reference import known_codes, load_yaml
from ingestion.reference_contract import REFERENCE
from quality.engine import Finding

if TYPE_CHECKING:
    from collections.abc import Mapping

BOUNDS: dict[str, Any] = yaml.safe_load((Path(__file__).parents[1] / "bounds.yml").read_text(encoding="utf-8"))
MEANINGS = {
    "wrong_columns": "столбцы не те",
    "nulls": "пустые значения",
    "repeats": "повторы",
    "unknown_codes": "неизвестные коды",
    "too_few_rows": "слишком мало строк",
    "rows_without_source": "строки там, где источника нет",
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
        "direction": DIRECTIONS,
        "author_type": AUTHORS,
        "initiated_by": INITIATORS,
        "kind": ["review", "post", "comment"],
    }


def findings(
    source: str,
    files: Mapping[str, str],
    columns: Mapping[str, list[str]],
    loads: str | None,
    codes: dict[str, list[str]],
) -> list[Finding]:
    """What must not be found in what a source landed.

    Args:
        source: code of the source.
        files: relation of each landed table.
        columns: columns that each of them has.
        loads: relation of the counts; our own lists are not counted.
        codes: values allowed, by column.
    """
    found = [finding for table in files for finding in _of_table(source, table, files[table], columns[table], codes)]
    counted = " union all ".join(
        f"select '{name}' as entity, count(*) as n from {file}" for name, file in files.items()
    )
    whole = f"(select * from {loads} where office_id is null)"
    for table in files:
        if least := BOUNDS["least_rows"].get(f"{source}.{table}"):
            few = f"select '{table}' as record_id from {files[table]} having count(*) < {least['rows']}"
            loaded = f" and exists (select 1 from {whole} where entity = '{table}' and status = 'loaded')"
            found.append(Finding("too_few_rows", table, few + (loaded if loads else "")))
        if loads:
            failed = f"select 1 from {whole} where entity = '{table}' and status in ('no_source', 'not_configured')"
            rows = f"select {_key(columns[table])} as record_id from {files[table]} where exists ({failed})"
            found.append(Finding("rows_without_source", table, rows))
    if loads:
        bound = BOUNDS["most_quarantined"]
        wrong = (
            f"select entity as record_id from ({counted}) as counted left join {whole} as loads using (entity) "
            "where coalesce(status not in ('loaded', 'no_source', 'not_configured') or n <> rows_landed, true)"
        )
        refused = (
            f"select entity as record_id from {whole} "
            f"where rows_read >= {bound['least_read']} and rows_quarantined > {bound['share']} * rows_read"
        )
        found += [Finding("wrong_counts", "loads", wrong), Finding("mostly_quarantined", "loads", refused)]
    return found


def _of_table(source: str, table: str, file: str, columns: list[str], codes: dict[str, list[str]]) -> list[Finding]:
    """Findings of one table, of the columns that it has: a missing column is a finding of its own."""
    agreed = tables(source)[table]
    wrong = ", ".join(f"('{name}')" for name in sorted(set(columns) ^ set(agreed))) or "(null)"
    found = [
        Finding(
            "wrong_columns", table, f"select name as record_id from (values {wrong}) as w(name) where name is not null"
        )
    ]
    if source == "reference":
        return found
    never_null = ["record_id", "origin"]
    if table in _SNAPSHOTS:
        never_null.append("office_id")
    elif source != "survey":  # an export without dates is allowed there
        never_null.append("observed_at")
    key = f"select {_key(columns)} as record_id from {file} where "
    found += [Finding("nulls", table, f"{key}{name} is null", name) for name in never_null if name in columns]
    if "record_id" in columns:
        twice = f"select record_id from {file} group by record_id having count(*) > 1"
        found.append(
            Finding("repeats", table, f"select record_id from {file} where record_id in ({twice})", "record_id")
        )
    return found + [
        Finding("unknown_codes", table, f"{key}cast({name} as varchar) not in ({_listed(allowed)})", name)
        for name, allowed in codes.items()
        if name in agreed and name in columns and name not in COMMON
    ]


def _key(columns: list[str]) -> str:
    """What names a row: its id, and where it came from when it has none."""
    return f"coalesce({', '.join([*(name for name in ('record_id', 'origin') if name in columns), 'null'])})"


def _listed(values: list[str]) -> str:
    return ", ".join(f"'{value}'" for value in values)
