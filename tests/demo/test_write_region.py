"""The demo region: the same numbers give the same bytes, and its truth agrees with a plain count of its sources."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from typing import TYPE_CHECKING

import polars as pl
import pytest

from ingestion.demo import write_region

if TYPE_CHECKING:
    from pathlib import Path

WEEKS = {"first_week": "2026-W44", "last_week": "2026-W46"}
# Asia/Yakutsk and its neighbours: Monday 2 November 00:00 there, in UTC
MONDAY_OF_W45 = {"Asia/Yakutsk": "2026-11-01 15:00:00", "Asia/Vladivostok": "2026-11-01 14:00:00"}


def hashes(folder: Path) -> dict[str, str]:
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.fixture(scope="module")
def region(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("region")
    write_region(folder, **WEEKS, factor=0.2)
    return folder


def test_same_seed_gives_the_same_bytes_and_another_does_not(region: Path, tmp_path: Path) -> None:
    write_region(tmp_path / "same", **WEEKS, factor=0.2)
    assert hashes(tmp_path / "same") == hashes(region)
    write_region(tmp_path / "other", **WEEKS, factor=0.2, seed=2)
    other = hashes(tmp_path / "other")
    assert other["ais.db"] != hashes(region)["ais.db"]
    assert other["survey/2026-W46.csv"] != hashes(region)["survey/2026-W46.csv"]


def test_region_has_centres_in_three_zones_with_different_schedules(region: Path) -> None:
    with sqlite3.connect(region / "ais.db") as ais:
        zones = ais.execute("select time_zone, count(*) from offices group by 1").fetchall()
        hours = ais.execute("select count(distinct opens_at || closes_at) from schedules where weekday = 1").fetchone()
    assert len(zones) == 3
    assert sum(count for _, count in zones) == 12
    assert hours[0] >= 4


def test_planted_volume_is_a_count_of_contacts_that_clients_began(region: Path) -> None:
    """cv2 of one centre, counted here from the database and the conversations alone."""
    truth = pl.read_parquet(region / "truth" / "metric_values.parquet").filter(
        (pl.col("metric") == "cv2") & (pl.col("week") == "2026-W45") & (pl.col("office_id") == "C01")
    )
    (planted,) = truth.filter(pl.all_horizontal(pl.col("journey", "touchpoint", "channel", "client_group").is_null()))[
        "value"
    ]
    with sqlite3.connect(region / "ais.db") as ais:
        (zone,) = ais.execute("select time_zone from offices where office_id = 'C01'").fetchone()
        (appeals,) = ais.execute(
            "select count(*) from appeals where office_id = 'C01' and initiated_by = 'client' "
            "and received_at >= ?1 and received_at < datetime(?1, '+7 days') and id not in ("
            "  select a.id from appeals a join appeal_events e on e.appeal_id = a.id "
            "  where e.event_type in ('Спам', 'Тест', 'Дубль', 'Объединено') "
            "  and e.occurred_at <= datetime(a.received_at, '+7 days'))",
            [MONDAY_OF_W45[zone]],
        ).fetchone()
    assert planted == appeals + conversations_of(region, "C01")


def conversations_of(region: Path, office: str) -> int:
    """Conversations that clients of a centre began in W45 and that nobody took out within seven days."""
    counted: dict[str, bool] = {}
    for week in ("2026-W45", "2026-W46"):
        for line in (region / "contact_centre" / f"{week}.jsonl").read_text(encoding="utf-8").splitlines():
            chat = json.loads(line)
            if chat["office_id"] != office or not "2026-11-02" <= chat["created_at"][:10] <= "2026-11-08":
                continue
            out = any(
                event["type"] in ("spam", "test", "duplicate", "merged")
                and pl.Series([event["at"], chat["created_at"]]).str.to_datetime("%Y-%m-%dT%H:%M:%S%z").diff().abs()[1]
                <= pl.select(pl.duration(days=7)).item()
                for event in chat["events"]
            )
            counted[chat["id"]] = chat["initiated_by"] == "client" and not out
    return sum(counted.values())
