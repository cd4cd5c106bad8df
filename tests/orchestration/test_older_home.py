"""A home that another version filled is refused with what differs and what to do; one of this version is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb
import polars as pl
import pytest

from ingestion.registry import SOURCES
from ingestion.run import land
from ingestion.settings import Settings
from orchestration.dbt_runner import Warehouse
from orchestration.older_home import OlderHomeError, refuse_older_home

if TYPE_CHECKING:
    from pathlib import Path

WEEK = "2026-W46"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """A week without records, landed and built by this version."""
    folder = tmp_path_factory.mktemp("older")
    region = folder / "region.yml"
    region.write_text(
        f"region: none\nname: Пусто\ntime_zone: Asia/Yakutsk\nfirst_week: {WEEK}\nlast_week: {WEEK}\n", encoding="utf-8"
    )
    settings = Settings(home=folder / "home", region=region, pseudonym_key="test")  # type: ignore[arg-type]
    for source in SOURCES:
        land(source, WEEK, settings)
    warehouse = Warehouse(settings)
    warehouse.build(WEEK, arguments=["--select", "resource_type:model"])
    return warehouse


def refusal(warehouse: Warehouse) -> str:
    with pytest.raises(OlderHomeError) as refused:
        refuse_older_home(warehouse.home, warehouse.parse())
    assert "\n" not in str(refused.value)
    assert "Удалите папки" in str(refused.value)
    return str(refused.value)


def change(warehouse: Warehouse, *statements: str) -> None:
    with duckdb.connect(str(warehouse.home / "warehouse" / "cx.duckdb")) as connection:
        for statement in statements:
            connection.execute(statement)


def test_a_home_is_taken_when_this_version_filled_it(built: Warehouse) -> None:
    refuse_older_home(built.home, built.parse())


def test_a_home_is_taken_when_nothing_stands_there(built: Warehouse, tmp_path: Path) -> None:
    refuse_older_home(tmp_path, built.parse())


def test_the_column_is_named_when_a_table_lacks_it(built: Warehouse) -> None:
    change(built, "alter table marts.fct_feedback rename column source to origin_system")
    assert "marts.fct_feedback отличаются колонки: origin_system, source" in refusal(built)
    change(built, "alter table marts.fct_feedback rename column origin_system to source")


def test_the_view_is_named_when_it_is_a_table_now(built: Warehouse) -> None:
    change(
        built,
        "alter table metrics.metric_sums rename to kept",
        "create view metrics.metric_sums as select * from metrics.kept",
    )
    assert "metrics.metric_sums — не таблица" in refusal(built)
    change(built, "drop view metrics.metric_sums", "alter table metrics.kept rename to metric_sums")


def test_the_column_is_named_when_a_landed_file_lacks_it(built: Warehouse) -> None:
    landed = built.home / f"landing/survey/answers/week={WEEK}/data.parquet"
    whole = pl.read_parquet(landed)
    whole.drop("question").write_parquet(landed)
    assert "survey/answers/week=2026-W46/data.parquet отличаются колонки: question" in refusal(built)
    whole.write_parquet(landed)
