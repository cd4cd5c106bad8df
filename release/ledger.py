"""The ledger of revisions: one line each, with what changed against the one before."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import duckdb

if TYPE_CHECKING:
    from pathlib import Path

KEYS = ("week", "region", "office_id", "journey", "touchpoint", "channel", "client_group", "metric")


def difference(before: Path, after: Path) -> dict[str, int]:
    """Cells of ``metric_values`` that were added, removed, or have another value."""
    same = " and ".join(f"b.{key} is not distinct from a.{key}" for key in KEYS)
    with duckdb.connect() as connection:
        found = connection.execute(
            f"""
            select
                count(*) filter (where b.metric is null) as added,
                count(*) filter (where a.metric is null) as removed,
                count(*) filter (where a.metric = b.metric and a.value is distinct from b.value) as changed
            from read_parquet('{before / "metric_values.parquet"}') as b
            full join read_parquet('{after / "metric_values.parquet"}') as a on {same}
            """
        ).fetchone()
    return dict(zip(("added", "removed", "changed"), found or (0, 0, 0), strict=True))


def append_to_ledger(path: Path, week: str, revision: int, folder: Path, before: Path | None) -> None:
    """Add the line of a revision; a line is written at once, so a crash leaves whole lines."""
    line = {
        "week": week,
        "revision": revision,
        "cause": "first issue" if before is None else "sources or definitions changed",
        "released_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "difference": difference(before, folder) if before else None,
    }
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(line, ensure_ascii=False, sort_keys=True) + "\n")
