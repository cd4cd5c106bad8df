"""The manifest of an issue: what it is made of, by hashes, and what is known of it.

What does not belong here: writing and renaming the issue (``issue.py``).
"""

from __future__ import annotations

import functools
import hashlib
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from ingestion.extract import sha256_of
from ingestion.weeks import previous_week
from release.files import read_json

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ingestion.settings import Settings

MANIFEST = "manifest.json"
PACKAGE = "cx-warehouse"
_ROOT = Path(__file__).resolve().parents[1]
_CODE = (
    "ingestion/**/*.py",
    "quality/**/*.py",
    "quality/*.yml",
    "release/**/*.py",
    "dbt_project/**/*.sql",
    "dbt_project/**/*.yml",
)


def released(folder: Path, week: str, revision: int, files: dict[str, Any], settings: Settings) -> dict[str, Any]:
    """The manifest of a draft that is about to be released.

    Args:
        folder: the draft.
        week: its week.
        revision: the number that it takes.
        files: hash and size of each file.
        settings: the home.
    """
    with duckdb.connect() as connection:
        values, sources, metrics = (
            f"read_parquet('{folder / name}.parquet')" for name in ("metric_values", "source_status", "dim_metric")
        )
        as_of = connection.execute(f"select max(as_of) from {values} where week = ?", [week]).fetchall()
        gaps = connection.execute(
            f"select distinct week, source, office_id, message from {sources} where status = 'no_source' order by all"
        ).fetchall()
        definitions = connection.execute(
            f"select definition_id, definition_version from {metrics} order by all"
        ).fetchall()
    return {
        **_common(week, files, settings),
        "revision": revision,
        "state": "released",
        "as_of": str(as_of[0][0]) if as_of[0][0] else None,
        "released_at": _now(),
        "inputs": {name: _inputs(settings, name) for name in (previous_week(week), week)},
        "definitions": dict(definitions),
        "versions": versions(settings),
        "known_gaps": [dict(zip(("week", "source", "office_id", "message"), gap, strict=True)) for gap in gaps],
    }


def rejected(week: str, files: dict[str, Any], settings: Settings, reasons: list[str]) -> dict[str, Any]:
    """The manifest of a draft that the gate refused; its files may be unreadable, so they are only hashed."""
    return {**_common(week, files, settings), "state": "rejected", "rejected_at": _now(), "reasons": reasons}


def checks(settings: Settings, week: str) -> dict[str, Any]:
    """What the gate said of the week, by suite."""
    return {path.stem: read_json(path) for path in sorted(verdict(settings, week).parent.glob("*.json"))}


def verdict(settings: Settings, week: str) -> Path:
    """The file in which the gate said what it thinks of the draft of a week."""
    return settings.home / "gate" / f"week={week}" / "release.json"


def files_of(folder: Path) -> dict[str, dict[str, Any]]:
    """Hash and size of each file of an issue, without its manifest."""
    return {
        path.name: {"sha256": sha256_of(path), "bytes": path.stat().st_size}
        for path in sorted(folder.iterdir())
        if path.name != MANIFEST
    }


def versions(settings: Settings) -> dict[str, str]:
    """Versions of what made an issue: the package and, as hashes, code with SQL, methodology, region file."""
    return {
        PACKAGE: version(PACKAGE),
        "code": _code_hash(),
        "methodology": _hash_of(settings.methodology, settings.methodology.glob("*.yml")),
        "region": sha256_of(settings.region),
    }


@functools.cache
def _code_hash() -> str:
    return _hash_of(_ROOT, (path for pattern in _CODE for path in _ROOT.glob(pattern)))


def _hash_of(root: Path, paths: Iterable[Path]) -> str:
    lines = sorted(f"{path.relative_to(root)} {sha256_of(path)}" for path in paths)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _common(week: str, files: dict[str, Any], settings: Settings) -> dict[str, Any]:
    return {"week": week, "from_week": previous_week(week), "files": files, "checks": checks(settings, week)}


def _inputs(settings: Settings, week: str) -> dict[str, Any]:
    """Hashes of the inputs of a week, by source, from the load manifests."""
    manifests = sorted(settings.landing.glob(f"*/manifest/week={week}.json"))
    return {path.parts[-3]: read_json(path)["inputs"] for path in manifests}


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
