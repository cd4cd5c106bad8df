"""Run expectations of Great Expectations over DuckDB views: what fails comes back with its keys.

Great Expectations cannot read DuckDB through its plain dialect (a rollback empties the result before it is
read), so ours does nothing on the hooks of transactions; it is for reading only.
"""

from __future__ import annotations

import functools
import logging
import tempfile
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_KEYS = 1000
_WITH_KEYS = {
    "result_format": "COMPLETE",
    "unexpected_index_column_names": ["record_id"],
    "return_unexpected_index_query": False,
}


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


def evaluate(
    suite: str, views: dict[str, str], expectations: Callable[[str], list[Any]]
) -> tuple[int, list[dict[str, Any]]]:
    """Evaluate the expectations of some views.

    Args:
        suite: name of the suite; its views keep their names and columns from week to week.
        views: SQL of each view.
        expectations: gives the expectations of a view.

    Returns:
        How many expectations were evaluated, and those that failed: view, expectation, column, what was
        seen, keys of the failing rows. An expectation that could not be evaluated counts as failed.

    Raises:
        sqlalchemy.exc.SQLAlchemyError: a file behind a view cannot be read.
    """
    import great_expectations as gx

    evaluated, failures = 0, []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        desk = _desk(suite)
        desk.point(views)
        for view in views:
            wanted = gx.ExpectationSuite(name=view, expectations=expectations(view))
            batch = desk.batch(view)
            found = batch.validate(wanted, result_format="BOOLEAN_ONLY")
            evaluated += len(found.results)
            if not found.success:  # keys take queries of their own: asked for only where something failed
                found = batch.validate(wanted, result_format=desk.formats[view])
                failures += [_failure(view, result) for result in found.results if not result.success]
    return evaluated, failures


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
        self.formats: dict[str, Any] = {}

    def point(self, views: dict[str, str]) -> None:
        """Let the views read the files of this week."""
        with self._source.get_engine().connect() as connection:
            for view, sql in views.items():
                connection.exec_driver_sql(f"create or replace view {view} as {sql}")
                columns = connection.exec_driver_sql(f"select column_name from (describe {view})").scalars().all()
                self.formats[view] = _WITH_KEYS if "record_id" in columns else "SUMMARY"

    def batch(self, view: str) -> Any:
        """The batch of a view."""
        if view not in self._batches:
            asset = self._source.add_table_asset(name=view, table_name=view)
            self._batches[view] = asset.add_batch_definition_whole_table("all")
        return self._batches[view].get_batch()


@functools.cache
def _desk(suite: str) -> _Desk:
    return _Desk(suite)


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
