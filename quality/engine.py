"""Run expectations of Great Expectations over DuckDB views: what fails comes back with its keys.

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
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from duckdb import DuckDBPyConnection

MAX_KEYS = 1000
FINDINGS = "findings"  # the view of what must not be there
_KEYS = ("record_id", "origin")  # what names a row: its id, and where it came from when it has none


class UnreadableError(Exception):
    """A file behind a view cannot be read."""


def findings_view(queries: dict[str, str]) -> str:
    """One view of all that must not be there: a view costs more than a query.

    Args:
        queries: by finding, SQL that gives ``record_id`` of what is wrong.
    """
    return " union all ".join(
        f"select '{finding}' as finding, record_id from ({sql})" for finding, sql in queries.items()
    )


def absent(finding: str) -> Any:
    """The expectation that there is no such finding."""
    gxe: Any = import_module("great_expectations.expectations")
    return gxe.ExpectColumnValuesToNotBeInSet(column="finding", value_set=[finding])


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

        def get_pk_constraint(self, *_: Any, **__: Any) -> Any:
            return {"constrained_columns": [], "name": None}  # a view has no key: do not look for it in every check

    globals()["ReadOnlyDuckDB"] = ReadOnlyDuckDB  # SQLAlchemy looks it up by name
    registry.register("duckdb.gx", __name__, "ReadOnlyDuckDB")
    logging.getLogger("great_expectations").setLevel(logging.ERROR)
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    return context


def evaluate(
    suite: str, views: dict[str, str], expectations: Callable[[str], list[Any]]
) -> tuple[int, list[dict[str, Any]]]:
    """Evaluate the expectations of some views.

    Args:
        suite: name of the suite; its views keep their names from week to week.
        views: SQL of each view.
        expectations: gives the expectations of a view.

    Returns:
        How many expectations were evaluated, and those that failed: view, expectation, column, what was
        seen, keys of the failing rows. An expectation that could not be evaluated counts as failed.

    Raises:
        UnreadableError: a file behind a view cannot be read.
    """
    evaluated, failures = 0, []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        desk = _desk(suite)
        desk.point(views)
        for view in views:
            wanted = expectations(view)
            results = desk.validate(view, wanted)
            evaluated += len(results)
            failures += [desk.failure(view, result) for result in results if not _is_green(result)]
            if len(results) != len(wanted):
                lost = f"проверено {len(results)} из {len(wanted)}"
                failures.append(_described(view, "evaluated", error=lost))
    return evaluated, failures


def read_one(sql: str) -> Any:
    """The only value of a query.

    Raises:
        UnreadableError: a file behind it cannot be read.
    """
    from duckdb import Error

    try:
        row = _memory().execute(sql).fetchone()
    except Error as error:
        raise UnreadableError(" ".join(str(error).split())) from error
    return row[0] if row else None


@functools.cache
def _memory() -> DuckDBPyConnection:
    import duckdb

    return duckdb.connect()


class _Desk:
    """The views of one suite in a small DuckDB file of their own, known to Great Expectations once a process."""

    def __init__(self, suite: str) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="cx-gate-")
        database = Path(self._folder.name) / "views.duckdb"
        self._source = _context().data_sources.add_sql(
            name=suite,
            connection_string=f"duckdb+gx:///{database}",
            create_temp_table=False,
        )
        self._batches: dict[str, Any] = {}
        self._keys: dict[str, list[str]] = {}

    def point(self, views: dict[str, str]) -> None:
        """Let the views read the files of this week."""
        from sqlalchemy.exc import SQLAlchemyError

        try:
            with self._source.get_engine().connect() as connection:
                for view, sql in views.items():
                    connection.exec_driver_sql(f"create or replace view {view} as {sql}")
                    columns = connection.exec_driver_sql(f"select column_name from (describe {view})").scalars().all()
                    self._keys[view] = [name for name in _KEYS if name in columns]
        except SQLAlchemyError as error:
            raise UnreadableError(" ".join(str(getattr(error, "orig", error)).split())) from error

    def validate(self, view: str, expectations: list[Any]) -> list[Any]:
        """Results of the expectations of a view, with keys where something failed."""
        import great_expectations as gx

        if view not in self._batches:
            asset = self._source.add_table_asset(name=view, table_name=view)
            self._batches[view] = asset.add_batch_definition_whole_table("all")
        batch = self._batches[view].get_batch()
        wanted = gx.ExpectationSuite(name=view, expectations=expectations)
        results = batch.validate(wanted, result_format="BOOLEAN_ONLY").results
        red = [result for result in results if not _is_green(result)]
        if not red:
            return results
        # keys take queries of their own: asked for only where something failed
        failed = [result.expectation_config.to_domain_obj() for result in red]
        again = gx.ExpectationSuite(name=view, expectations=failed)
        keyed = batch.validate(again, result_format=self._format(view)).results
        if len(keyed) < len(red) or any(map(_is_green, keyed)):
            keyed = red  # what failed once has failed
        return [*filter(_is_green, results), *keyed]

    def failure(self, view: str, result: Any) -> dict[str, Any]:
        """A failed expectation for people and for the file of the gate."""
        config, details = result.expectation_config, result.result
        keys = [_key(row) for row in details.get("unexpected_index_list") or []]
        if config.kwargs.get("value") == 0 and self._keys[view]:  # the view must be empty: each row of it is wrong
            keys = self._all_keys(view)
        finding = config.kwargs["value_set"][0] if view == FINDINGS else None
        return _described(
            finding or view,
            config.type,
            column=None if finding else config.kwargs.get("column"),
            observed=str(details.get("observed_value", details.get("unexpected_count", ""))),
            error="; ".join(_exceptions(result.exception_info)) or None,
            keys=keys[:MAX_KEYS],
        )

    def _format(self, view: str) -> Any:
        if not self._keys[view]:
            return "SUMMARY"
        return {
            "result_format": "COMPLETE",
            "unexpected_index_column_names": self._keys[view],
            "partial_unexpected_count": MAX_KEYS,  # else Great Expectations gives twenty
            "return_unexpected_index_query": False,
        }

    def _all_keys(self, view: str) -> list[str | None]:
        columns = self._keys[view]
        with self._source.get_engine().connect() as connection:
            rows = connection.exec_driver_sql(f"select {', '.join(columns)} from {view} limit {MAX_KEYS}").all()
        return [_key(dict(zip(columns, row, strict=True))) for row in rows]


@functools.cache
def _desk(suite: str) -> _Desk:
    return _Desk(suite)


def _is_green(result: Any) -> bool:
    return bool(result.success) and not _exceptions(result.exception_info)


def _key(row: dict[str, Any]) -> str | None:
    return next((row[name] for name in _KEYS if row.get(name) is not None), None)


def _described(view: str, expectation: str, **more: Any) -> dict[str, Any]:
    empty: dict[str, Any] = {"column": None, "observed": "", "error": None, "keys": []}
    return {"table": view, "expectation": expectation, **empty, **more}


def _exceptions(info: Any) -> list[str]:
    if not isinstance(info, dict):
        return []
    if "raised_exception" in info:
        return [" ".join(str(info.get("exception_message")).split())] if info["raised_exception"] else []
    return [message for part in info.values() for message in _exceptions(part)]
