"""The published copy: a function of the released issues, built beside and renamed."""

from __future__ import annotations

import hashlib
import json
import os
from typing import TYPE_CHECKING, Any

import duckdb

from release.errors import ReleaseError
from release.issue import MANIFEST, TABLES, Issue, all_newest

if TYPE_CHECKING:
    from pathlib import Path

    from ingestion.settings import Settings


def publish(settings: Settings) -> Path:
    """Build ``published/cx.duckdb`` from the newest revision of every week.

    For a week of a weekly table the newest issue that holds it is read; for other tables the newest issue.
    Nothing is written when the file already comes from the same issues.

    Raises:
        ReleaseError: nothing has been released.
    """
    issues = all_newest(settings)
    if not issues:
        raise ReleaseError("Публикация: выпусков нет; сначала выполните cx run.")
    path = settings.home / "published" / "cx.duckdb"
    hashes = {issue.week: hashlib.sha256((issue.folder / MANIFEST).read_bytes()).hexdigest() for issue in issues}
    if path.exists() and _published_hashes(path) == hashes:
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".new")
    beside.unlink(missing_ok=True)
    with duckdb.connect(str(beside)) as connection:
        tables: dict[str, Any] = json.loads((issues[-1].folder / TABLES).read_text(encoding="utf-8"))
        for table, declared in tables.items():
            if declared["audience"] == "reader":
                _create(connection, table, declared, issues)
        _create_issues(connection, issues, hashes)
    os.replace(beside, path)
    return path


def _create(connection: duckdb.DuckDBPyConnection, table: str, declared: dict[str, Any], issues: list[Issue]) -> None:
    if declared["weekly"]:
        # the issue of a week restates the week before: the later issue speaks
        parts = [
            f"select * from read_parquet('{issue.folder / table}.parquet') where week = '{week}'"
            for week, issue in _speakers(issues).items()
        ]
    else:
        parts = [f"select * from read_parquet('{issues[-1].folder / table}.parquet')"]
    connection.execute(f"create table {table} as {' union all by name '.join(parts)}")
    connection.execute(f"comment on table {table} is {_literal(declared['description'])}")
    known = {name for (name,) in connection.execute(f"select column_name from (describe {table})").fetchall()}
    for column in known & set(declared["columns"]):
        connection.execute(f"comment on column {table}.{column} is {_literal(declared['columns'][column])}")


def _speakers(issues: list[Issue]) -> dict[str, Issue]:
    """For each week the issue that speaks of it: the newest that holds it."""
    speakers: dict[str, Issue] = {}
    for issue in issues:
        manifest = json.loads((issue.folder / MANIFEST).read_text(encoding="utf-8"))
        for week in (manifest["from_week"], manifest["week"]):
            speakers[week] = issue
    return speakers


def _create_issues(connection: duckdb.DuckDBPyConnection, issues: list[Issue], hashes: dict[str, str]) -> None:
    connection.execute(
        "create table issues (week varchar, revision integer, as_of timestamp, released_at timestamp, "
        "manifest_sha256 varchar)"
    )
    for issue in issues:
        manifest = json.loads((issue.folder / MANIFEST).read_text(encoding="utf-8"))
        connection.execute(
            "insert into issues values (?, ?, ?, ?::timestamptz at time zone 'UTC', ?)",
            [issue.week, issue.revision, manifest["as_of"], manifest["released_at"], hashes[issue.week]],
        )


def _published_hashes(path: Path) -> dict[str, str]:
    try:
        with duckdb.connect(str(path), read_only=True) as connection:
            return dict(connection.execute("select week, manifest_sha256 from issues").fetchall())
    except duckdb.Error:
        return {}  # not a whole file of ours: build it again


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
