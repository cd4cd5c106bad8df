"""Run expectations of Great Expectations over DuckDB views: what fails comes back with its keys.

Great Expectations cannot read DuckDB through its plain dialect (a rollback empties the result before it is
read), so ours does nothing on the hooks of transactions; it is for reading only.
"""

from __future__ import annotations

import functools
import logging
import tempfile
import uuid
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_KEYS = 1000


@functools.cache
def _context() -> Any:
    import duckdb_engine
    import great_expectations as gx
    import sqlalchemy

    class ReadOnlyDuckDB(duckdb_engine.Dialect):
        supports_statement_cache = True

        def do_rollback(self, dbapi_connection: Any) -> None:
            pass

        def do_commit(self, dbapi_connection: Any) -> None:
            pass

        def do_begin(self, dbapi_connection: Any) -> None:
            pass

    globals()["ReadOnlyDuckDB"] = ReadOnlyDuckDB  # SQLAlchemy looks it up by name
    sqlalchemy.dialects.registry.register("duckdb.gx", __name__, "ReadOnlyDuckDB")
    logging.getLogger("great_expectations").setLevel(logging.ERROR)
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    return context


def evaluate(views: dict[str, str], expectations: Callable[[str], list[Any]]) -> tuple[int, list[dict[str, Any]]]:
    """Evaluate the expectations of some views.

    Args:
        views: SQL of each view.
        expectations: gives the expectations of a view.

    Returns:
        How many expectations were evaluated, and those that failed: view, expectation, column, what was
        seen, keys of the failing rows. An expectation that could not be evaluated counts as failed.

    Raises:
        duckdb.Error: a file behind a view cannot be read.
    """
    import great_expectations as gx

    context = _context()
    evaluated, failures = 0, []
    name = f"gate-{uuid.uuid4().hex}"
    with tempfile.TemporaryDirectory(prefix="cx-gate-") as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        database = Path(folder) / "views.duckdb"
        with duckdb.connect(str(database)) as connection:
            formats = {}
            for view, sql in views.items():
                connection.execute(f"create view {view} as {sql}")
                formats[view] = _format(connection, view)
        source = context.data_sources.add_sql(
            name=name,
            connection_string=f"duckdb+gx:///{database}",
            kwargs={"connect_args": {"read_only": True}},
        )
        try:
            for view in views:
                suite = gx.ExpectationSuite(name=f"{name}-{view}", expectations=expectations(view))
                asset = source.add_table_asset(name=view, table_name=view)
                batch = asset.add_batch_definition_whole_table("all").get_batch()
                found = batch.validate(suite, result_format=formats[view])
                evaluated += len(found.results)
                failures += [_failure(view, result) for result in found.results if not result.success]
        finally:
            source.get_execution_engine().engine.dispose()
            context.data_sources.delete(name)
    return evaluated, failures


def _format(connection: duckdb.DuckDBPyConnection, view: str) -> dict[str, Any]:
    columns = [name for (name,) in connection.execute(f"select column_name from (describe {view})").fetchall()]
    if "record_id" not in columns:
        return {"result_format": "SUMMARY"}
    return {
        "result_format": "COMPLETE",
        "unexpected_index_column_names": ["record_id"],
        "return_unexpected_index_query": False,
    }


def _failure(view: str, result: Any) -> dict[str, Any]:
    config = result.expectation_config
    details = result.result
    keys = [row["record_id"] for row in details.get("unexpected_index_list") or []][:MAX_KEYS]
    raised = [info for info in _exceptions(result.exception_info) if info]
    return {
        "table": view,
        "expectation": config.type,
        "column": config.kwargs.get("column"),
        "observed": str(details.get("observed_value", details.get("unexpected_count", ""))),
        "error": "; ".join(raised) or None,
        "keys": keys,
    }


def _exceptions(info: Any) -> list[str]:
    if not isinstance(info, dict):
        return []
    if "raised_exception" in info:
        return [str(info.get("exception_message"))] if info["raised_exception"] else []
    return [message for part in info.values() for message in _exceptions(part)]
