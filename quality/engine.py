"""Let Great Expectations look for what must not be in Parquet files: what it finds comes back with its keys.

One query gathers all findings of a suite, one expectation stands for each kind of them. An expectation of its
own for each column of each table said the same and took three times as long: 6 ms each, 25 ms a table.

Great Expectations cannot read DuckDB through its plain dialect (a rollback empties the result before it is
read), so ours does nothing on the hooks of transactions; it is for reading only. It is imported when the first
check runs: it takes seconds.
"""

from __future__ import annotations

import functools
import logging
import sys
import tempfile
import warnings
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from duckdb import DuckDBPyConnection

MAX_KEYS = 1000


class UnreadableError(Exception):
    """A file behind a finding cannot be read."""


@dataclass(frozen=True)
class Finding:
    """Something that must not be found.

    Attributes:
        name: what it is; findings of one name are one expectation.
        table: the table it would be found in.
        sql: query that gives ``record_id`` of each row that is wrong.
        column: the column that is wrong, when it is one.
    """

    name: str
    table: str
    sql: str
    column: str | None = None

    @property
    def select(self) -> str:
        """Query of its rows, in the shape that all findings share."""
        column = "null" if self.column is None else f"'{self.column}'"
        return (
            f"select '{self.name}' as finding, '{self.table}' as \"table\", cast({column} as varchar) as \"column\", "
            f"cast(record_id as varchar) as record_id from ({self.sql})"
        )


@contextmanager
def _without_spark() -> Iterator[None]:
    """Great Expectations looks for Spark when it is imported, and pyspark ends a process that has no main file."""
    looked_for = "pyspark" not in sys.modules
    if looked_for:
        sys.modules["pyspark"] = None  # type: ignore[assignment]  # an import of it fails, as where it is not installed
    try:
        yield
    finally:
        if looked_for:
            del sys.modules["pyspark"]


@functools.cache
def _context() -> Any:
    import duckdb_engine

    with _without_spark():
        import great_expectations as gx
    from great_expectations.data_context.types.base import ProgressBarsConfig
    from sqlalchemy.dialects import registry

    class ReadOnlyDuckDB(duckdb_engine.Dialect):
        supports_statement_cache = True

        def do_rollback(self, connection: Any) -> None:
            pass

        def do_commit(self, dbapi_connection: Any) -> None:
            pass

        def do_begin(self, connection: Any) -> None:
            pass

    globals()["ReadOnlyDuckDB"] = ReadOnlyDuckDB  # SQLAlchemy looks it up by name
    registry.register("duckdb.gx", __name__, "ReadOnlyDuckDB")
    logging.getLogger("great_expectations").setLevel(logging.ERROR)
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    return context


def evaluate(suite: str, findings: Sequence[Finding]) -> tuple[int, list[dict[str, Any]]]:
    """Evaluate the expectations of a suite: none of the findings is there.

    Args:
        suite: name of the suite.
        findings: what must not be found.

    Returns:
        How many expectations were evaluated, and what was found: finding, table, column, number of rows,
        their keys. An expectation that could not be evaluated counts as failed.

    Raises:
        UnreadableError: a file behind a finding cannot be read.
    """
    names = list(dict.fromkeys(finding.name for finding in findings))
    if not names:
        return 0, []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        desk = _desk(suite)
        desk.gather(findings)
        results = desk.validate(names)
        failures = [failure for name, result in results.items() for failure in desk.failures(name, result)]
    lost = [described(name, error="не проверено") for name in names if name not in results]
    return len(results), failures + lost


def described(finding: str, **more: Any) -> dict[str, Any]:
    """A failure for people and for the file of the gate."""
    return {"finding": finding, "table": None, "column": None, "rows": None, "error": None, "keys": [], **more}


def columns_of(relation: str) -> list[str]:
    """Names of the columns of a relation.

    Raises:
        UnreadableError: a file behind it cannot be read.
    """
    from duckdb import Error

    try:
        return [row[0] for row in _memory().execute(f"describe select * from {relation}").fetchall()]
    except Error as error:
        raise UnreadableError(_one_line(error)) from error


@functools.cache
def _memory() -> DuckDBPyConnection:
    import duckdb

    return duckdb.connect()


class _Desk:
    """The findings of one suite in a small DuckDB file of their own, known to Great Expectations once a process."""

    def __init__(self, suite: str) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="cx-gate-")
        database = Path(self._folder.name) / "findings.duckdb"
        self._source = _context().data_sources.add_sql(
            name=suite,
            connection_string=f"duckdb+gx:///{database}",
            create_temp_table=False,
        )
        self._batches: Any = None

    def gather(self, findings: Sequence[Finding]) -> None:
        """Find all that is wrong in the files of this week, in one query."""
        from sqlalchemy.exc import SQLAlchemyError

        union = " union all ".join(finding.select for finding in findings)
        try:
            with self._source.get_engine().connect() as connection:
                connection.exec_driver_sql(f"create or replace table findings as {union}")
        except SQLAlchemyError as error:
            raise UnreadableError(_one_line(getattr(error, "orig", error))) from error

    def validate(self, names: list[str]) -> dict[str, Any]:
        """Result of the expectation that there is no finding of a name, by name."""
        import great_expectations as gx

        if self._batches is None:
            asset = self._source.add_table_asset(name="findings", table_name="findings")
            self._batches = asset.add_batch_definition_whole_table("all")
        none = {name: f"select * from {{batch}} where finding = '{name}'" for name in names}
        wanted = [
            gx.expectations.UnexpectedRowsExpectation(unexpected_rows_query=sql, description=name)
            for name, sql in none.items()
        ]
        suite = gx.ExpectationSuite(name="findings", expectations=wanted)
        results = self._batches.get_batch().validate(suite, result_format="BOOLEAN_ONLY").results
        return {result.expectation_config.description: result for result in results}

    def failures(self, name: str, result: Any) -> list[dict[str, Any]]:
        """What was found of a name, by table and column."""
        errors = _exceptions(result.exception_info)
        if errors:
            return [described(name, error="; ".join(errors))]
        if result.success:
            return []
        sql = (
            'select "table", "column", count(*) as "rows", list(record_id order by record_id) as keys '
            "from findings where finding = $1 group by 1, 2 order by 1, 2"
        )
        with self._source.get_engine().connect() as connection:
            rows = connection.exec_driver_sql(sql, (name,)).mappings().all()
        return [described(name, **{**row, "keys": row["keys"][:MAX_KEYS]}) for row in rows]


@functools.cache
def _desk(suite: str) -> _Desk:
    return _Desk(suite)


def _one_line(error: Any) -> str:
    return " ".join(str(error).split())


def _exceptions(info: Any) -> list[str]:
    if not isinstance(info, dict):
        return []
    if "raised_exception" in info:
        return [_one_line(info.get("exception_message"))] if info["raised_exception"] else []
    return [message for part in info.values() for message in _exceptions(part)]
