"""One list of sources of mentions stands in three places: what lands, what the warehouse reads, what metrics need."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from ingestion.contract import ENTITIES, MENTION_SOURCES

ROOT = Path(__file__).parents[2]


def test_every_source_of_mentions_is_read_and_counted(manifest: dict[str, Any]) -> None:
    nodes = manifest["nodes"]
    read = {name.split(".")[2] for name in nodes["model.cx_warehouse.stg_mentions"]["depends_on"]["nodes"]}
    counted = nodes["model.cx_warehouse.metrics_mentions"]["config"]["meta"]["family"]["metrics"]["cv1"]["rows"]
    metrics = yaml.safe_load((ROOT / "methodology/metrics.yml").read_text(encoding="utf-8"))
    assert {entity.source for entity in ENTITIES if entity.name == "mentions"} == {*MENTION_SOURCES}
    assert read == {*MENTION_SOURCES}
    assert counted == "source in ('" + "', '".join(MENTION_SOURCES) + "')"
    assert metrics["cv1"]["sources"] == [*MENTION_SOURCES]
    assert {*MENTION_SOURCES} < {*metrics["link_rate"]["sources"]}
