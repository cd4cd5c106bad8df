"""The weekly issue: written as a draft, audited, renamed; never changed afterwards.

What does not belong here: what an issue must satisfy (``quality/``) and what readers open (``publish.py``).
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import duckdb

from ingestion.weeks import previous_week, shift
from release import manifest as manifests
from release.errors import ReleaseError
from release.files import freeze, read_json, settle, told, write_json
from release.ledger import update_ledger
from release.manifest import MANIFEST
from release.models import released_models

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from ingestion.settings import Settings
    from release.models import ReleasedModel

TABLES = "tables.json"  # what a draft tells the publisher of its tables


@dataclass(frozen=True)
class Issue:
    """A released issue."""

    week: str
    revision: int
    folder: Path
    is_new: bool = False

    @property
    def manifest(self) -> dict[str, Any]:
        """Its manifest."""
        return read_json(self.folder / MANIFEST)

    def table(self, name: str) -> str:
        """A table of it, as a relation of DuckDB."""
        path = str(self.folder / f"{name}.parquet").replace("'", "''")
        return f"read_parquet('{path}')"

    def weeks(self) -> list[str]:
        """Weeks that it holds: its own, and the one before where that had landed."""
        with duckdb.connect() as connection:
            rows = connection.execute(f"select distinct week from {self.table('metric_values')} order by 1").fetchall()
        return [week for (week,) in rows]


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

    Raises:
        ReleaseError: the warehouse cannot be read, or the draft cannot be written.
    """
    folder = draft_folder(settings, week)
    models = released_models(manifest)
    with told(f"Черновик {week}"):
        manifests.verdict(settings, week).unlink(missing_ok=True)  # what the gate said of an earlier draft
        shutil.rmtree(folder, ignore_errors=True)  # left by a run that was stopped
        folder.mkdir(parents=True)
        with duckdb.connect(str(settings.home / "warehouse" / "cx.duckdb"), read_only=True) as connection:
            connection.execute("set TimeZone = 'UTC'")
            for model in models:
                _copy(connection, model, folder, week)
        write_json(folder / TABLES, {model.table: _declared(model) for model in models})
    return folder


def _copy(connection: duckdb.DuckDBPyConnection, model: ReleasedModel, folder: Path, week: str) -> None:
    where = "where week between ? and ?" if model.weekly else ""
    path = str(folder / f"{model.table}.parquet").replace("'", "''")
    connection.execute(
        f"copy (select * from {model.relation} {where} order by all) to '{path}' (format parquet, compression zstd)",
        [previous_week(week), week] if model.weekly else [],
    )


def _declared(model: ReleasedModel) -> dict[str, Any]:
    return {
        "weekly": model.weekly,
        "audience": model.audience,
        "description": model.description,
        "columns": model.comments,
    }


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


def speaker(settings: Settings, week: str) -> Issue | None:
    """The issue that speaks of a week: the later one restates it, where it holds it."""
    found = (newest(settings, each) for each in (shift(week, 1), week))
    return next((issue for issue in found if issue is not None and week in issue.weeks()), None)


def release(folder: Path, week: str, settings: Settings) -> Issue:
    """Make an audited draft the next revision of the week's issue; the same content makes none.

    Args:
        folder: the draft.
        week: its week.
        settings: the home.

    Raises:
        ReleaseError: there is no audited draft, or it cannot be written.
    """
    checks = manifests.checks(settings, week)
    if not folder.is_dir() or "release" not in checks or not all(check["passed"] for check in checks.values()):
        raise ReleaseError(f"Выпуск {week}: нет проверенного черновика; повторите cx run --week {week}.")
    with told(f"Выпуск {week}"):
        files = manifests.files_of(folder)
        issue = newest(settings, week)
        if issue is not None and issue.manifest["files"] == files:
            shutil.rmtree(folder)
        else:
            issue = _released(folder, week, issue.revision + 1 if issue else 1, files, settings)
        update_ledger(issues_folder(settings))
    return issue


def _released(folder: Path, week: str, revision: int, files: dict[str, Any], settings: Settings) -> Issue:
    target = folder.with_name(f"r{revision}")
    write_json(folder / MANIFEST, manifests.released(folder, week, revision, files, settings))
    freeze(folder)
    folder.rename(target)
    settle(target.parent)
    return Issue(week, revision, target, is_new=True)


def reject(folder: Path, week: str, settings: Settings, reasons: list[str]) -> Path:
    """Keep a draft that the gate refused, with the reasons, where nobody takes it for a release."""
    kept = rejected_folder(settings, week)
    with told(f"Черновик {week}"):
        kept.mkdir(parents=True, exist_ok=True)
        target = kept / f"r{len(list(kept.iterdir())) + 1}"
        write_json(folder / MANIFEST, manifests.rejected(week, manifests.files_of(folder), settings, reasons))
        folder.rename(target)
    return target


def rejected_folder(settings: Settings, week: str) -> Path:
    """Where refused drafts of a week are kept."""
    return issues_folder(settings) / week / "rejected"
