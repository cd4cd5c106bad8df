"""A sound draft of an issue, written by hand: two weeks, four metrics of all units, one region of five centres."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import polars as pl

if TYPE_CHECKING:
    from pathlib import Path

WEEKS = ("2026-W45", "2026-W46")
OFFICES = ("C01", "C02", "C03", "C04", "C05")
# metric: unit, and the value, interval and n of the region and of a centre
METRICS = {
    "ces": ("points", (18.0, 10.0, 26.0, 500), (20.0, 2.0, 38.0, 100)),
    "link_rate": ("percent", (92.0, 90.0, 94.0, 800), (90.0, 84.0, 96.0, 160)),
    "ttfr": ("minutes", (8.0, 7.0, 9.0, 1000), (8.5, 6.0, 11.0, 200)),
    "cv2": ("count", (600.0, None, None, 600), (120.0, None, None, 120)),
}
DIMENSIONS = ("office_id", "journey", "stage", "touchpoint", "channel", "client_group", "segment")
TEXTS = ("week", "region", *DIMENSIONS, "metric", "status", "maturity", "definition_id", "definition_version")
SCHEMA = {
    **dict.fromkeys(TEXTS, pl.String),
    **dict.fromkeys(("value", "numerator", "denominator", "ci_low", "ci_high"), pl.Float64),
    "n": pl.Int64,
    "as_of": pl.Datetime("us"),
}


def _cell(week: str, metric: str, office: str | None) -> dict[str, Any]:
    unit, whole, part = METRICS[metric]
    value, low, high, n = part if office else whole
    return {
        "week": week,
        "region": "demo",
        "office_id": office,
        "metric": metric,
        "value": value,
        "numerator": value if unit == "count" else value * n / 100,
        "denominator": None if unit == "count" else float(n),
        "n": n,
        "ci_low": low,
        "ci_high": high,
        "status": "ok",
        "maturity": "provisional" if week == WEEKS[1] else "final",
        "definition_id": f"{metric}.rule",
        "definition_version": "1",
        "as_of": datetime(2026, 11, 15, 15),
    }


def write_draft(folder: Path) -> None:
    """Write the files that the release suite reads."""
    folder.mkdir(parents=True)
    cells = [_cell(week, metric, office) for week in WEEKS for metric in METRICS for office in (None, *OFFICES)]
    pl.DataFrame(cells, schema=SCHEMA).write_parquet(folder / "metric_values.parquet")
    units = {"metric": list(METRICS), "unit": [unit for unit, *_ in METRICS.values()]}
    registry = pl.DataFrame(units).with_columns(
        kind=pl.lit("share"), definition_id=pl.lit("rule"), definition_version=pl.lit("1")
    )
    registry.write_parquet(folder / "dim_metric.parquet")
    offices = {"office_id": OFFICES, "region": ["demo"] * len(OFFICES)}
    pl.DataFrame(offices).write_parquet(folder / "dim_office.parquet")
