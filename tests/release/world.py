"""A warehouse written by hand: a few records of one region, the metrics that they give, and how they are released.

Every published value here was computed by hand from the records of ``TRACE``.
"""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from ingestion.settings import Settings

METHODOLOGY = Path(__file__).parents[2] / "methodology"
EARLIER, WEEK = "2026-W45", "2026-W46"
CUT = ("office_id", "journey", "stage", "touchpoint", "channel", "client_group", "segment")

T, F = pl.String, pl.Float64
VALUES = {
    **dict.fromkeys(("week", "region", *CUT, "metric"), T),
    **dict.fromkeys(("value", "numerator", "denominator"), F),
    "n": pl.Int64,
    **dict.fromkeys(("status", "definition_id", "definition_version"), T),
    "as_of": pl.Datetime("us"),
}
TRACE = {
    **dict.fromkeys(("week", "region", *CUT, "metric", "record_id", "origin"), T),
    **dict.fromkeys(("numerator", "denominator", "measure"), F),
    "exclusion_reason": T,
}
SOURCES = {**dict.fromkeys(("week", "source", "office_id", "status", "message"), T), "rows_landed": pl.Int64}
METRICS = {"metric": T, "kind": T, "quantile": pl.Float64, "definition_id": T, "definition_version": T}
OFFICES = {"office_id": T, "region": T, "name": T}
KINDS = {
    "rr": "share",
    "ces": "net",
    "cv2": "count",
    "ttfr": "median",
    "nps": "net",
    "link_rate": "share",
    "cv1": "count",
}
AS_OF = {EARLIER: datetime(2026, 11, 8, 15), WEEK: datetime(2026, 11, 15, 15)}

# metric: office, numerator, denominator, measure, why it was excluded
RECORDS: dict[str, list[tuple[str | None, float | None, float | None, float | None, str | None]]] = {
    "rr": [("C01", 1, 1, None, None), ("C01", 0, 1, None, None), ("C02", 1, 1, None, None), ("C02", 1, 1, None, "spam")],
    "ces": [("C01", 1, 1, None, None), ("C01", -1, 1, None, None), ("C02", 1, 1, None, None), ("C02", 0, 1, None, None)],
    "cv2": [("C01", 1, None, None, None), ("C02", 1, None, None, None), (None, 1, None, None, None)],
    "ttfr": [("C01", None, None, 10, None), ("C01", None, None, 20, None), ("C02", None, None, 60, None),
             ("C02", None, None, 100, None), ("C02", None, None, 900, "no_reply")],
    "nps": [("C01", 1, 1, None, None), ("C01", -1, 1, None, None)],
    "link_rate": [("C01", 1, 1, None, "own_post")],
    "cv1": [("C01", 1, None, None, None)],
}  # fmt: skip
# metric: office, value, numerator, denominator, n, status
CELLS: dict[str, list[tuple[str | None, float | None, float | None, float | None, int | None, str]]] = {
    "rr": [(None, 200 / 3, 2, 3, 3, "ok"), ("C01", 50, 1, 2, 2, "ok"), ("C02", 100, 1, 1, 1, "ok")],
    "ces": [(None, 25, 1, 4, 4, "ok"), ("C01", 0, 0, 2, 2, "ok"), ("C02", 50, 1, 2, 2, "ok")],
    "cv2": [(None, 3, 3, None, 3, "ok"), ("C01", 1, 1, None, 1, "ok"), ("C03", 0, 0, None, 0, "ok")],
    "ttfr": [(None, 40, None, None, 4, "ok"), ("C01", 15, None, None, 2, "ok"), ("C02", 80, None, None, 2, "ok")],
    "nps": [(None, None, None, None, None, "hidden")],
    "link_rate": [(None, None, 0, 0, 0, "no_data")],
    "cv1": [(None, None, 1, None, 1, "no_source")],
}


def settings_of(home: Path) -> Settings:
    return Settings(home=home, region=METHODOLOGY / "regions" / "demo.yml", methodology=METHODOLOGY)


def cells(week: str) -> list[dict[str, Any]]:
    names = ("office_id", "value", "numerator", "denominator", "n", "status")
    return [
        {
            "week": week,
            "region": "demo",
            "metric": metric,
            "definition_id": f"{metric}.rule",
            "definition_version": "1",
            "as_of": AS_OF.get(week),
            **dict(zip(names, row, strict=True)),
        }
        for metric, rows in CELLS.items()
        for row in rows
    ]


def records(week: str) -> list[dict[str, Any]]:
    names = ("office_id", "numerator", "denominator", "measure", "exclusion_reason")
    return [
        {
            "week": week,
            "region": "demo",
            "metric": metric,
            "record_id": f"{metric}:{week}:{number}",
            "origin": f"{metric}.csv#{number}",
            **dict(zip(names, row, strict=True)),
        }
        for metric, rows in RECORDS.items()
        for number, row in enumerate(rows)
    ]


def tables(*weeks: str) -> dict[str, pl.DataFrame]:
    """Tables of a warehouse that holds some weeks."""
    loads = [
        {"week": week, "source": source, "office_id": office, "status": status, "message": message, "rows_landed": 1}
        for week in weeks
        for source, office, status, message in (
            ("survey", None, "loaded", None),
            ("vk", None, "no_source", "нет файла"),
            ("complaints_book", "C04", "no_source", "файл повреждён"),
        )
    ]
    metrics = [
        {"metric": metric, "kind": kind, "definition_id": f"{metric}.rule", "definition_version": "1"}
        for metric, kind in KINDS.items()
    ]
    offices = [{"office_id": office, "region": "demo", "name": f"Центр «{office}»"} for office in ("C01", "C02", "C03")]
    return {
        "metrics.metric_values": pl.DataFrame([cell for week in weeks for cell in cells(week)], schema=VALUES),
        "metrics.metric_trace": pl.DataFrame([row for week in weeks for row in records(week)], schema=TRACE),
        "reports.source_status": pl.DataFrame(loads, schema=SOURCES),
        "marts.dim_metric": pl.DataFrame(metrics, schema=METRICS),
        "marts.dim_office": pl.DataFrame(offices, schema=OFFICES),
    }


def write_warehouse(home: Path, content: dict[str, pl.DataFrame]) -> None:
    """Write the DuckDB file that dbt would write."""
    path = home / "warehouse" / "cx.duckdb"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    with duckdb.connect(str(path)) as connection:
        for relation, frame in content.items():
            connection.execute(f"create schema if not exists {relation.split('.')[0]}")
            connection.register("frame", frame)
            connection.execute(f"create table {relation} as select * from frame")


def dbt_manifest(content: dict[str, pl.DataFrame]) -> dict[str, Any]:
    """What dbt knows of these tables: who may read them, and what their columns mean."""
    nodes: dict[str, Any] = {"test.x": {"resource_type": "test", "config": {"meta": {}}}}
    for relation, frame in content.items():
        schema, name = relation.split(".")
        release = {
            "table": name,
            "weekly": schema != "marts",
            "audience": "auditor" if name == "metric_trace" else "reader",
        }
        nodes[f"model.cx.{name}"] = {
            "resource_type": "model",
            "name": name,
            "schema": schema,
            "alias": name,
            "description": f"Таблица {name}: 'с кавычкой'.",
            "columns": {column: {"description": f"Столбец {column}: 'с кавычкой'."} for column in frame.columns},
            "config": {"meta": {"release": release}},
        }
    nodes["model.cx.stg_secret"] = {"resource_type": "model", "name": "stg_secret", "config": {"meta": {}}}
    return {"nodes": nodes}


def write_inputs(home: Path, week: str, **hashes: str) -> None:
    """Write load manifests: the hash of the input of each source."""
    for source, digest in hashes.items():
        path = home / "landing" / source / "manifest" / f"week={week}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({"inputs": {f"{source}.csv": digest}}), encoding="utf-8")


def write_verdict(home: Path, week: str, suite: str = "release", *, passed: bool = True) -> None:
    """Write what the gate said."""
    path = home / "gate" / f"week={week}" / f"{suite}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    summary = f"Проверка выпуска, {week}: что-то не так"
    verdict = {"suite": suite, "week": week, "passed": passed, "evaluated": 1, "summary": summary, "failures": []}
    path.write_text(json.dumps(verdict), encoding="utf-8")
