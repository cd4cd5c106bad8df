"""The dbt unit tests: the rules of the metrics on their vectors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orchestration.dbt_runner import Warehouse

if TYPE_CHECKING:
    from pathlib import Path


def test_dbt_unit_tests_pass(tmp_path: Path, landed_home: Path) -> None:
    warehouse = Warehouse(home=landed_home, time_zone="Asia/Yakutsk")
    warehouse.build("2026-W46")  # dbt takes the columns of the inputs from the built models
    results = warehouse.invoke("test", "2026-W46", arguments=["--select", "test_type:unit"])
    assert len(results) >= 8
    assert {result.node.name: result.message for result in results if result.status != "pass"} == {}
