"""The dbt unit tests: the rules of the metrics on their vectors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from orchestration.dbt_runner import Warehouse


def test_dbt_unit_tests_pass(empty_warehouse: Warehouse, manifest: dict[str, Any]) -> None:
    # dbt takes the columns of the inputs from the built models
    results = empty_warehouse.invoke("test", "2026-W46", arguments=["--select", "test_type:unit"])
    assert len(results) == len(manifest["unit_tests"]) > 0
    assert {result.node.name: result.message for result in results if result.status != "pass"} == {}
