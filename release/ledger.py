"""The ledger of revisions: one line each, with what changed against the one before, and why.

It is written from the issues alone: what a crash kept from being written, the next release adds.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import duckdb

from release.errors import ReleaseError
from release.files import read_json, replace
from release.manifest import MANIFEST

if TYPE_CHECKING:
    from pathlib import Path

LEDGER = "ledger.jsonl"
KEYS = ("week", "region", "office_id", "journey", "stage", "touchpoint", "channel", "client_group", "segment", "metric")
FIRST, UNKNOWN = "first issue", "nothing that the manifests hold"


def update_ledger(issues: Path) -> None:
    """Add the lines of the revisions that have none.

    Args:
        issues: folder of the issues; the ledger stands in it.

    Raises:
        ReleaseError: the ledger is damaged.
    """
    path = issues / LEDGER
    lines = read_lines(path)
    known = {(line["week"], line["revision"]) for line in lines}
    folders = [path.parent for path in issues.glob(f"*-W*/r*/{MANIFEST}")]
    missing = [_line(folder) for folder in folders if (folder.parent.name, int(folder.name[1:])) not in known]
    if not missing:
        return
    lines += sorted(missing, key=lambda line: (line["released_at"], line["week"], line["revision"]))
    beside = path.with_suffix(".new")
    text = "".join(json.dumps(line, ensure_ascii=False, sort_keys=True) + "\n" for line in lines)
    beside.write_text(text, encoding="utf-8")
    replace(beside, path)


def read_lines(path: Path) -> list[dict[str, Any]]:
    """Lines of the ledger; none when there is no ledger.

    Raises:
        ReleaseError: a line is damaged.
    """
    if not path.exists():
        return []
    lines = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            lines.append(json.loads(line))
        except ValueError:
            raise ReleaseError(
                f"Журнал выпусков {path}: строка {number} не читается; удалите её, она будет записана заново."
            ) from None
    return lines


def _line(folder: Path) -> dict[str, Any]:
    manifest = read_json(folder / MANIFEST)
    before = folder.with_name(f"r{manifest['revision'] - 1}")
    has_before = (before / MANIFEST).exists()
    return {
        "week": manifest["week"],
        "revision": manifest["revision"],
        "cause": cause(read_json(before / MANIFEST), manifest) if has_before else FIRST,
        "released_at": manifest["released_at"],
        "difference": difference(before, folder) if has_before else None,
    }


def cause(before: dict[str, Any], after: dict[str, Any]) -> str:
    """Why two revisions differ: sources whose input changed, then what made the issue, as their manifests know it."""
    old, new = _inputs(before), _inputs(after)
    sources = {source for week, source in old.keys() | new.keys() if old.get((week, source)) != new.get((week, source))}
    causes = [f"sources: {', '.join(sorted(sources))}"] if sources else []
    was, now = before.get("versions", {}), after["versions"]
    causes += [name for name in ("methodology", "region", "code") if was.get(name) != now[name]]
    return "; ".join(causes) or UNKNOWN


def _inputs(manifest: dict[str, Any]) -> dict[tuple[str, str], Any]:
    return {
        (week, source): files
        for week, sources in manifest["inputs"].items()
        for source, files in sources.items()
        if source != "reference"  # our own lists: the version of the methodology
    }


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
