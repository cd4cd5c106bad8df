"""Refuse a home that another version of the product filled: dbt would stop in the middle, with words of the engine.

Nothing is kept for it: what stands on disk is compared with what this version would write. What does not belong
here: mending an older home, for all but its issues can be made again from the sources.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb
import polars as pl

from ingestion.contract import ENTITIES
from ingestion.reference_contract import REFERENCE
from orchestration.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from dbt.contracts.graph.manifest import Manifest

TABLES = ("weekly", "table")


class OlderHomeError(UserError):
    """Files of the home have another shape than this version gives them."""


def refuse_older_home(home: Path, manifest: Manifest) -> None:
    """Compare the tables of the warehouse and the landed files with the columns that this version gives them.

    Args:
        home: CX_HOME.
        manifest: of the dbt project, whose models list their columns.

    Raises:
        OlderHomeError: what differs first, and what to do.
    """
    for folder, difference in (
        ("warehouse", next(_warehouse_differences(home / "warehouse" / "cx.duckdb", manifest), None)),
        ("landing", next(_landing_differences(home / "landing"), None)),
    ):
        if difference:
            raise OlderHomeError(
                f"{home / folder}: записано другой версией программы ({difference}). Удалите папки "
                f"{home / 'landing'} и {home / 'warehouse'} и выполните недели заново: cx run; выпуски останутся"
            )


def _warehouse_differences(path: Path, manifest: Manifest) -> Iterator[str]:
    if not path.is_file():
        return
    with duckdb.connect(str(path), read_only=True) as connection:
        found: dict[tuple[str, str], set[str]] = {
            (schema, table): set(columns)
            for schema, table, columns in connection.execute(
                "select schema_name, table_name, list(column_name) from duckdb_columns() group by all"
            ).fetchall()
        }
        tables = set(connection.execute("select schema_name, table_name from duckdb_tables()").fetchall())
    for node in manifest.nodes.values():
        if node.resource_type != "model" or (name := (node.schema, node.name)) not in found:
            continue
        is_table = node.config.materialized in TABLES
        if is_table != (name in tables):
            kind = "не таблица" if is_table else "не представление"
            yield f"{'.'.join(name)} — {kind}"
        elif is_table and found[name] != (expected := set(node.columns)):
            yield f"в {'.'.join(name)} отличаются колонки: {_names(found[name] ^ expected)}"


def _landing_differences(landing: Path) -> Iterator[str]:
    """Of the first landed week of each entity: from it the engines take the columns of all."""
    expected = {f"{entity.source}/{entity.name}": set(entity.schema) for entity in ENTITIES}
    expected |= {f"reference/{name}": set(schema) for name, schema in REFERENCE.items()}
    for folder, columns in expected.items():
        first = min((landing / folder).glob("week=*/data.parquet"), default=None)
        if first and (different := set(pl.read_parquet_schema(first)) ^ columns):
            yield f"в {first.relative_to(landing)} отличаются колонки: {_names(different)}"


def _names(columns: set[str]) -> str:
    return ", ".join(sorted(columns)[:5])
