"""The published copy: a function of the released issues, built beside and renamed."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import duckdb

from release.errors import ReleaseError
from release.files import read_json, replace, told
from release.issue import TABLES, Issue, all_newest
from release.manifest import MANIFEST

if TYPE_CHECKING:
    from pathlib import Path

    from ingestion.settings import Settings

ISSUES = {
    "description": "One row per released week: the revision that this file was made from.",
    "columns": {
        "week": ("varchar", "ISO week of the issue."),
        "revision": ("integer", "Number of the revision, from one on."),
        "as_of": ("timestamp", "Moment, UTC, up to which the issue knows what happened."),
        "released_at": ("timestamp", "Moment, UTC, at which the revision was released."),
        "manifest_sha256": ("varchar", "SHA-256 of the manifest, which holds those of all its files."),
    },
}


def publish(settings: Settings) -> Path:
    """Build ``published/cx.duckdb`` from the newest revision of every week.

    For a week of a weekly table the newest issue that holds it is read; for other tables the newest issue.
    Nothing is written when the file already comes from the same issues.

    Raises:
        ReleaseError: nothing has been released, or the file cannot be written.
    """
    issues = all_newest(settings)
    if not issues:
        raise ReleaseError("Публикация: выпусков нет; сначала выполните cx run.")
    path = settings.home / "published" / "cx.duckdb"
    with told("Публикация"):
        hashes = {issue.week: hashlib.sha256((issue.folder / MANIFEST).read_bytes()).hexdigest() for issue in issues}
        if not path.exists() or _published_hashes(path) != hashes:
            path.parent.mkdir(parents=True, exist_ok=True)
            _build(path, issues, hashes)
    return path


def _build(path: Path, issues: list[Issue], hashes: dict[str, str]) -> None:
    beside = path.with_suffix(".new")
    beside.unlink(missing_ok=True)  # left by a run that was stopped
    speakers = {week: issue for issue in issues for week in issue.weeks()}  # the later issue restates the week before
    with duckdb.connect(str(beside)) as connection:
        connection.execute("begin")  # else each comment waits for the disk
        tables: dict[str, Any] = read_json(issues[-1].folder / TABLES)
        for table, declared in tables.items():
            if declared["audience"] == "reader":
                _create(connection, table, declared, speakers, issues[-1])
        _create_issues(connection, issues, hashes)
        connection.execute("commit")
    replace(beside, path)


def _create(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    declared: dict[str, Any],
    speakers: dict[str, Issue],
    last: Issue,
) -> None:
    if declared["weekly"]:
        parts = [
            f"select * from {issue.table(table)} where week = '{week}'"
            for week, issue in speakers.items()
            if (issue.folder / f"{table}.parquet").exists()  # issues of old may know fewer tables
        ]
    else:
        parts = [f"select * from {last.table(table)}"]
    connection.execute(f"create table {table} as {' union all by name '.join(parts)}")
    _describe(connection, table, declared["description"], declared["columns"])


def _describe(connection: duckdb.DuckDBPyConnection, table: str, description: str, columns: dict[str, str]) -> None:
    connection.execute(f"comment on table {table} is {_literal(description)}")
    known = {name for (name,) in connection.execute(f"select column_name from (describe {table})").fetchall()}
    for column in known & set(columns):
        connection.execute(f"comment on column {table}.{column} is {_literal(columns[column])}")


def _create_issues(connection: duckdb.DuckDBPyConnection, issues: list[Issue], hashes: dict[str, str]) -> None:
    columns: dict[str, tuple[str, str]] = ISSUES["columns"]
    connection.execute(f"create table issues ({', '.join(f'{name} {kind}' for name, (kind, _) in columns.items())})")
    _describe(connection, "issues", ISSUES["description"], {name: comment for name, (_, comment) in columns.items()})
    for issue in issues:
        manifest = issue.manifest
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
