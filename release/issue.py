"""The weekly issue: written as a draft, audited, renamed; never changed afterwards.

What does not belong here: what an issue must satisfy (``quality/``) and what readers open (``publish.py``).
"""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import duckdb

from ingestion.extract import sha256_of
from ingestion.weeks import previous_week
from release.errors import ReleaseError
from release.ledger import append_to_ledger
from release.models import released_models

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from ingestion.settings import Settings

MANIFEST = "manifest.json"
TABLES = "tables.json"  # what a draft tells the publisher of its tables


@dataclass(frozen=True)
class Issue:
    """A released issue."""

    week: str
    revision: int
    folder: Path
    is_new: bool = False


def issues_folder(settings: Settings) -> Path:
    """Where issues stand."""
    return settings.home / "issues"


def draft_folder(settings: Settings, week: str) -> Path:
    """The draft of a week; there is one at a time."""
    return issues_folder(settings) / week / ".draft"


def draft(week: str, settings: Settings, manifest: Mapping[str, Any]) -> Path:
    """Write the released models of the warehouse as a draft of the week's issue.

    Args:
        week: week of the run; weekly models give it and the week before.
        settings: the home.
        manifest: manifest of the dbt project.

    Returns:
        The folder of the draft: one Parquet file per model, the same bytes for the same content.
    """
    folder = draft_folder(settings, week)
    shutil.rmtree(folder, ignore_errors=True)  # left by a run that was stopped
    folder.mkdir(parents=True)
    models = released_models(manifest)
    with duckdb.connect(str(settings.home / "warehouse" / "cx.duckdb"), read_only=True) as connection:
        connection.execute("set TimeZone = 'UTC'")
        for model in models:
            where = "where week between ? and ?" if model.weekly else ""
            connection.execute(
                f"copy (select * from {model.relation} {where} order by all) "
                f"to '{folder / model.table}.parquet' (format parquet, compression zstd)",
                [previous_week(week), week] if model.weekly else [],
            )
    tables = {
        model.table: {
            "weekly": model.weekly,
            "audience": model.audience,
            "description": model.description,
            "columns": model.comments,
        }
        for model in models
    }
    _write_json(folder / TABLES, tables)
    return folder


def newest(settings: Settings, week: str) -> Issue | None:
    """The newest revision of a week's issue."""
    folders = [path for path in (issues_folder(settings) / week).glob("r*") if path.name[1:].isdigit()]
    if not folders:
        return None
    folder = max(folders, key=lambda path: int(path.name[1:]))
    return Issue(week, int(folder.name[1:]), folder)


def all_newest(settings: Settings) -> list[Issue]:
    """The newest revision of every week, ascending."""
    weeks = sorted(path.name for path in issues_folder(settings).glob("*-W*"))
    return [issue for week in weeks if (issue := newest(settings, week)) is not None]


def release(folder: Path, week: str, settings: Settings) -> Issue:
    """Make an audited draft the next revision of the week's issue; the same content makes none.

    Args:
        folder: the draft.
        week: its week.
        settings: the home.

    Raises:
        ReleaseError: there is no audited draft.
    """
    checks = _checks(settings, week)
    if not folder.is_dir() or "release" not in checks or not all(check["passed"] for check in checks.values()):
        raise ReleaseError(f"Выпуск {week}: нет проверенного черновика; повторите cx run --week {week}.")
    files = _files(folder)
    before = newest(settings, week)
    if before is not None and _same_content(before, files):
        shutil.rmtree(folder)
        return before
    revision = before.revision + 1 if before else 1
    target = issues_folder(settings) / week / f"r{revision}"
    _write_json(folder / MANIFEST, _manifest(folder, week, revision, "released", files, checks, settings))
    _freeze(folder)
    folder.rename(target)
    issue = Issue(week, revision, target, is_new=True)
    append_to_ledger(
        issues_folder(settings) / "ledger.jsonl", week, revision, target, before.folder if before else None
    )
    return issue


def reject(folder: Path, week: str, settings: Settings, reasons: list[str]) -> Path:
    """Keep a draft that the gate refused, with the reasons, where nobody takes it for a release."""
    kept = issues_folder(settings) / week / "rejected"
    kept.mkdir(parents=True, exist_ok=True)
    target = kept / f"r{len(list(kept.iterdir())) + 1}"
    manifest = _manifest(folder, week, 0, "rejected", _files(folder), _checks(settings, week), settings)
    _write_json(folder / MANIFEST, {**manifest, "reasons": reasons})
    folder.rename(target)
    return target


def _files(folder: Path) -> dict[str, dict[str, Any]]:
    return {
        path.name: {"sha256": sha256_of(path), "bytes": path.stat().st_size}
        for path in sorted(folder.iterdir())
        if path.name != MANIFEST
    }


def _same_content(issue: Issue, files: dict[str, dict[str, Any]]) -> bool:
    return json.loads((issue.folder / MANIFEST).read_text(encoding="utf-8"))["files"] == files


def _checks(settings: Settings, week: str) -> dict[str, Any]:
    """What the gate said of the week, by suite."""
    folder = settings.home / "gate" / f"week={week}"
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))}


def _manifest(
    folder: Path,
    week: str,
    revision: int,
    state: str,
    files: dict[str, dict[str, Any]],
    checks: dict[str, Any],
    settings: Settings,
) -> dict[str, Any]:
    with duckdb.connect() as connection:
        values = f"read_parquet('{folder / 'metric_values.parquet'}')"
        found = connection.execute(f"select max(as_of) from {values} where week = ?", [week]).fetchone()
        gaps = connection.execute(
            f"select distinct week, source, office_id, message from read_parquet('{folder / 'source_status.parquet'}') "
            "where status = 'no_source' order by all"
        ).fetchall()
        definitions = connection.execute(
            "select definition_id, definition_version "
            f"from read_parquet('{folder / 'dim_metric.parquet'}') order by all"
        ).fetchall()
    return {
        "week": week,
        "from_week": previous_week(week),
        "revision": revision,
        "state": state,
        "as_of": str(found[0]) if found else None,
        "released_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "files": files,
        "inputs": {name: _inputs(settings, name) for name in (previous_week(week), week)},
        "definitions": dict(definitions),
        "checks": checks,
        "known_gaps": [dict(zip(("week", "source", "office_id", "message"), gap, strict=True)) for gap in gaps],
    }


def _inputs(settings: Settings, week: str) -> dict[str, Any]:
    """Hashes of the inputs of a week, by source, from the load manifests."""
    manifests = sorted(settings.landing.glob(f"*/manifest/week={week}.json"))
    return {path.parts[-3]: json.loads(path.read_text(encoding="utf-8"))["inputs"] for path in manifests}


def _write_json(path: Path, content: object) -> None:
    with path.open("w", encoding="utf-8") as file:
        json.dump(content, file, ensure_ascii=False, indent=1, sort_keys=True)
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())


def _freeze(folder: Path) -> None:
    """Nobody edits a release by accident."""
    for path in folder.iterdir():
        path.chmod(0o444)
