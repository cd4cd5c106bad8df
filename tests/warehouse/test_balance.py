"""The balance of records: its test is red when one is lost, doubled or moved, and it waits as long as any metric does."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from ingestion.methodology.check import check_methodology
from tests.methodology.edited import METHODOLOGY

if TYPE_CHECKING:
    from orchestration.dbt_runner import Warehouse

WEEK = "2026-W46"
V32 = [("C01", "counted", None, 930), ("C01", "excluded", "spam", 40), ("C01", "excluded", "merged", 20)]
TEST = ("C01", "excluded", "test", 10)
REPRESENTATIVES = {
    "rr": "fct_interactions",
    "ces": "fct_survey_answers",
    "link_rate": "fct_feedback",
    "iqs": "int_reviews",
}
LANDED = {
    "ais": ("interactions", "offices"),
    "contact_centre": ("conversations",),
    "survey": ("responses",),
    "complaints_book": ("entries",),
    "letters": ("letters",),
    "evaluations": ("evaluations",),
}


@pytest.fixture(scope="module")
def sql(empty_warehouse: Warehouse) -> str:
    chosen = ["--select", "assert_landed_records_balance"]
    (result,) = empty_warehouse.invoke("compile", WEEK, arguments=chosen)
    return str(result.node.compiled_code)


def differences(sql: str, balance: list[tuple[Any, ...]], loaded: int = 1000) -> list[tuple[Any, ...]]:
    """What the test finds: centre, loaded, accounted for; 1,000 appeals of a centre have landed."""
    with duckdb.connect() as connection:
        connection.execute("attach ':memory:' as cx; create schema cx.marts; create schema cx.staging")
        connection.execute("create schema cx.reports")
        for source, entities in LANDED.items():
            for entity in entities:
                connection.execute(f"create table cx.staging.stg_{source}__{entity} (office_id text, week text)")
        connection.execute("create table cx.staging.stg_mentions (source text, office_id text, week text)")
        connection.execute(
            f"insert into cx.staging.stg_ais__interactions select 'C01', '{WEEK}' from range(1000); "
            "create table cx.marts.fct_source_loads as "
            f"select 'ais' as source, 'interactions' as entity, null::text as office_id, {loaded} as rows_landed, "
            f"'{WEEK}' as week; create table cx.reports.record_balance "
            "(source text, entity text, office_id text, record_class text, exclusion_reason text, record_count int, week text)"
        )
        rows = f"insert into cx.reports.record_balance values ('ais', 'interactions', ?, ?, ?, ?, '{WEEK}')"
        connection.executemany(rows, balance)
        found = connection.execute(f"select office_id, loaded, accounted from ({sql}) order by all nulls first")
        return found.fetchall()


def test_v32_balance_is_even_when_every_record_is_in_one_class(sql: str) -> None:
    assert differences(sql, [*V32, TEST]) == []


@pytest.mark.parametrize(
    ("balance", "loaded", "found"),
    [
        (V32, 1000, [(None, 1000, 990), ("C01", 1000, 990)]),
        ([*V32, TEST, TEST], 1000, [(None, 1000, 1010), ("C01", 1000, 1010)]),
        ([*V32, ("C02", *TEST[1:])], 1000, [("C01", 1000, 990), ("C02", 0, 10)]),
        ([*V32, (None, *TEST[1:])], 1000, [(None, 0, 10), ("C01", 1000, 990)]),
        ([*V32, TEST], 1001, [(None, 1001, 1000)]),
    ],
    ids=["lost", "doubled", "in another centre", "in no centre", "loaded and not landed"],
)
def test_balance_is_red_when_a_record_is_not_where_it_landed(
    sql: str, balance: list[tuple[Any, ...]], loaded: int, found: list[tuple[Any, ...]]
) -> None:
    assert differences(sql, balance, loaded) == found


def test_no_metric_waits_longer_than_the_one_that_the_balance_asks(manifest: dict[str, Any]) -> None:
    registry = check_methodology(METHODOLOGY, "demo").metrics
    longest: dict[str, int] = defaultdict(int)
    for model in manifest["nodes"].values():
        family = model["config"].get("meta", {}).get("family")
        for metric in family["metrics"] if family else ():
            relation = family["relation"]
            longest[relation] = max(longest[relation], registry[metric].maturity_weeks)
    asked = {relation: registry[metric].maturity_weeks for metric, relation in REPRESENTATIVES.items()}
    assert {relation: longest[relation] for relation in asked} == asked
    text = manifest["nodes"]["model.cx_warehouse.record_balance"]["raw_code"]
    assert all(f"'{metric}': [" in text for metric in REPRESENTATIVES)
