"""A home with small sources that tests write by hand, and what landed in it."""

from __future__ import annotations

import json
import re
import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl
import xlsxwriter
import yaml

from ingestion.contract import ENTITIES, LOADS, QUARANTINE
from ingestion.run import LoadResult, land
from ingestion.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

WEEK = "2026-W46"  # 9–15 November
OFFICES = [
    ("C01", "north", "Первый центр", "Первое", "Asia/Yakutsk"),  # UTC+9, as the region
    ("C02", "north", "Второй центр", "Второе", "Asia/Vladivostok"),  # UTC+10
]
TOUCHPOINTS = {"01": "site", "02": "hall"}
AIS_CODES = {
    "channel": {"Телефон": "phone", "Портал": "portal"},
    "client_group": {"Гражданин": "job_seeker"},
    "segment": {"Молодёжь": "youth"},
    "service": {"Пособие": "benefit"},
    "touchpoint": TOUCHPOINTS,
    "event_type": {"Решено": "solved", "Передано": "transferred"},
    "direction": {"Вышестоящим": "up"},
}
AIS_TABLES = {
    "offices": "office_id, region, name, municipality, time_zone",
    "schedules": "office_id, weekday, opens_at, closes_at, valid_from, valid_to",
    "appeals": "id, office_id, channel, service, stage_code, client_group, client_id, topic, initiated_by, "
    "received_at, ended_at",
    "appeal_events": "id, appeal_id, event_type, occurred_at",
}
AIS_OPTIONAL = {
    "offices": "phone, address",
    "appeals": "segment, called_at, is_no_show, survey_sent_at, survey_delivered",
    "appeal_events": "direction, is_automatic",
}


@dataclass(frozen=True)
class Landed:
    """Everything that a load left behind."""

    result: LoadResult
    frames: dict[str, pl.DataFrame]
    quarantine: pl.DataFrame
    loads: pl.DataFrame
    manifest: dict[str, Any]

    @property
    def refused(self) -> list[tuple[str, str, str]]:
        """Entity, reason and origin of what is in quarantine, in order."""
        return self.quarantine.select("entity", "reason", "origin").rows()

    def rows(self, entity: str, *columns: str) -> list[tuple[Any, ...]]:
        return self.frames[entity].select(columns).rows()

    def ids(self, entity: str) -> list[str]:
        return self.frames[entity]["record_id"].to_list()

    def counts(self, entity: str) -> tuple[int, int, int, int]:
        """Rows read, landed, quarantined, of another week."""
        counts = self.result.counts[entity]
        return counts.read, counts.landed, counts.quarantined, counts.other_week


class Home:
    """A home and its region; sources are written by tests."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.settings = Settings(home=path, region=path / "region.yml", pseudonym_key="test")  # type: ignore[arg-type]

    def describe(self, **sources: Mapping[str, Any]) -> None:
        region = {
            "region": "north",
            "name": "Север",
            "time_zone": "Asia/Yakutsk",
            "first_week": WEEK,
            "last_week": WEEK,
            "sources": {"ais": {"url": "sqlite:///{home}/ais.db", "codes": AIS_CODES}, **sources},
        }
        self.path.mkdir(parents=True, exist_ok=True)
        self.settings.region.write_text(yaml.safe_dump(region, allow_unicode=True), encoding="utf-8")

    def file(self, name: str, content: str | bytes) -> Path:
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def workbook(self, name: str, headers: Sequence[str], rows: Iterable[Sequence[Any]] = ()) -> Path:
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
            sheet = book.add_worksheet("Лист1")
            for number, row in enumerate([headers, *rows]):
                sheet.write_row(number, 0, row)
        return path

    def ais(self, name: str = "ais.db", **tables: Iterable[Sequence[Any]]) -> Path:
        """A database whose tables hold what they are given, and the two centres unless told otherwise.

        Optional columns are there where the first row is longer than a table has columns without them.
        """
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        with sqlite3.connect(path) as connection:
            for table, columns in AIS_TABLES.items():
                rows = list(tables.get(table, OFFICES if table == "offices" else ()))
                if rows and len(rows[0]) > columns.count(",") + 1:
                    columns = f"{columns}, {AIS_OPTIONAL[table]}"
                connection.execute(f"create table {table} ({columns})")
                for row in rows:
                    connection.execute(f"insert into {table} values ({', '.join('?' * len(row))})", tuple(row))
        connection.close()
        return path

    def register(self) -> None:
        """Land the two centres."""
        self.ais()
        self.land("ais")

    def land(self, source: str, week: str = WEEK) -> Landed:
        """Land a source, and hold the result to what every load must keep."""
        result = land(source, week, self.settings)
        landing = self.settings.landing / source
        entities = [entity for entity in ENTITIES if entity.source == source]
        frames = {
            entity.name: pl.read_parquet(landing / entity.name / f"week={week}" / "data.parquet") for entity in entities
        }
        quarantine = pl.read_parquet(self.settings.quarantine / source / f"week={week}" / "data.parquet")
        loads = pl.read_parquet(landing / "loads" / f"week={week}" / "data.parquet")
        manifest = json.loads((landing / "manifest" / f"week={week}.json").read_text(encoding="utf-8"))
        landed = Landed(result, frames, quarantine, loads, manifest)
        _check(landed)
        return landed


def _check(landed: Landed) -> None:
    """What holds for every load, whatever came in."""
    result, loads = landed.result, landed.loads
    assert dict(loads.schema) == dict(LOADS)
    assert dict(landed.quarantine.schema) == dict(QUARANTINE)
    parts = pl.sum_horizontal("rows_landed", "rows_quarantined", "rows_other_week")
    assert loads.filter(pl.col("rows_read") != parts).is_empty()
    for entity in ENTITIES:
        if entity.source == result.source:
            _check_entity(landed, entity.name, dict(entity.schema))
    whole = loads.filter(pl.col("office_id").is_null())
    for line in result.messages:
        assert line.startswith(f"{result.week}: ")
        assert "\n" not in line
        assert re.search(r"[а-яё]", line)
        assert "Traceback" not in line
    assert set(whole["status"]) == {result.status}
    assert (result.status == "loaded" and landed.quarantine.is_empty()) or result.messages
    assert landed.manifest["status"] == result.status
    assert landed.manifest["messages"] == result.messages


def _check_entity(landed: Landed, name: str, schema: dict[str, Any]) -> None:
    frame = landed.frames[name]
    assert dict(frame.schema) == schema
    assert frame["record_id"].is_unique().all()
    read, landed_rows, quarantined, other_week = landed.counts(name)
    assert frame.height == landed_rows
    assert landed.quarantine.filter(entity=name).height == quarantined
    assert read == landed_rows + quarantined + other_week
    whole = landed.loads.filter(pl.col("office_id").is_null() & (pl.col("entity") == name))
    counts = ("rows_read", "rows_landed", "rows_quarantined", "rows_other_week")
    assert whole.select(counts).rows() == [(read, landed_rows, quarantined, other_week)]
    assert landed.manifest["rows"][name] == {
        "read": read,
        "landed": landed_rows,
        "quarantined": quarantined,
        "other_week": other_week,
    }
