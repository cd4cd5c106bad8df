"""The dbt project built once over a home where nothing but empty files has landed.

It has the methodology of the demo region, whose questionnaires ask about aspects.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from ingestion.registry import SOURCES
from ingestion.run import land
from ingestion.settings import Settings
from orchestration.dbt_runner import Warehouse

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="package")
def empty_warehouse(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    folder: Path = tmp_path_factory.mktemp("empty")
    region = folder / "region.yml"
    region.write_text(
        "region: demo\nname: Пусто\ntime_zone: Asia/Yakutsk\nfirst_week: 2026-W46\nlast_week: 2026-W46\n",
        encoding="utf-8",
    )
    settings = Settings(home=folder / "home", region=region, pseudonym_key="test")  # type: ignore[arg-type]
    for source in SOURCES:
        land(source, "2026-W46", settings)
    warehouse = Warehouse(settings)
    results = warehouse.build("2026-W46")
    assert {result.node.name: result.message for result in results if result.status not in ("success", "pass")} == {}
    return warehouse


@pytest.fixture(scope="package")
def manifest(empty_warehouse: Warehouse) -> dict[str, Any]:
    return json.loads(empty_warehouse.manifest_path.read_text(encoding="utf-8"))
