"""The canary of the key test: it is red over a doubled key and over a null that must not be, in weeks of the run alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb
import pytest

if TYPE_CHECKING:
    from orchestration.dbt_runner import Warehouse

WEEK = "2026-W46"


@pytest.fixture(scope="module")
def sql(empty_warehouse: Warehouse) -> str:
    chosen = ["--select", "test_name:keyed_in_run,fct_feedback"]
    (result,) = empty_warehouse.invoke("compile", WEEK, arguments=chosen)
    return str(result.node.compiled_code)


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ([("f1", "survey", "r", WEEK), ("f2", "survey", "r", WEEK)], []),
        ([("f1", "survey", "r", WEEK), ("f1", "vk", "r", WEEK)], [("f1", 2)]),
        ([("f1", "survey", None, WEEK), ("f2", "survey", "r", WEEK)], [("f1", 1)]),
        ([(None, "survey", "r", WEEK)], [(None, 1)]),
        ([("f1", "survey", None, "2026-W44"), ("f1", "survey", "r", "2026-W44")], []),
    ],
    ids=["sound", "doubled", "null", "null key", "another week"],
)
def test_keys_are_red_when_one_is_doubled_or_a_value_is_null(
    sql: str, rows: list[tuple[str | None, ...]], found: list[tuple[str | None, int]]
) -> None:
    with duckdb.connect() as connection:
        connection.execute("attach ':memory:' as cx; create schema cx.marts")
        connection.execute("create table cx.marts.fct_feedback (feedback_id text, source text, region text, week text)")
        connection.executemany("insert into cx.marts.fct_feedback values (?, ?, ?, ?)", rows)
        assert connection.execute(sql).fetchall() == found
