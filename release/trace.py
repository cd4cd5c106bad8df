"""From a published value down to the records behind it, and up again: the value recomputed from them.

The recomputation is on purpose another way than the SQL of the warehouse.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import duckdb
import polars as pl

from release.errors import ReleaseError
from release.files import told
from release.issue import speaker

if TYPE_CHECKING:
    from ingestion.settings import Settings
    from release.issue import Issue

DIMENSIONS = ("office_id", "journey", "stage", "touchpoint", "channel", "client_group", "segment")
_TOLERANCE = 1e-9  # the two ways add in another order


@dataclass(frozen=True)
class Trace:
    """A value and its rows.

    Attributes:
        counted: rows of the denominator (for a count or a median: the rows that count).
        excluded: rows that left, with ``exclusion_reason``.
        published: the row of ``metric_values``, by column.
        recomputed: the value from the rows; None when there is none.
    """

    issue: Issue
    kind: str
    published: dict[str, object]
    recomputed: float | None
    counted: pl.DataFrame
    excluded: pl.DataFrame

    @property
    def numerator(self) -> pl.DataFrame:
        """Rows that add to the numerator."""
        return self.counted.filter(pl.col("numerator") != 0)

    @property
    def is_equal(self) -> bool:
        """Whether the published value, where it is shown, is the recomputed one."""
        value, status = self.published["value"], self.published["status"]
        if value is None:
            return status in ("hidden", "no_source") or (status == "no_data" and self.recomputed is None)
        return self.recomputed is not None and abs(float(str(value)) - self.recomputed) <= _TOLERANCE


def trace(settings: Settings, week: str, metric: str, dimensions: dict[str, str]) -> Trace:
    """Trace a published value.

    Args:
        settings: the home.
        week: week of the value.
        metric: code of the metric.
        dimensions: the cut; a dimension that is not given is "all".

    Raises:
        ReleaseError: the week has no issue, or the value was not published.
    """
    with told("Прослеживание"):
        issue = speaker(settings, week)
        if issue is None:
            raise ReleaseError(f"Прослеживание: неделя {week} не выпущена; список недель покажет cx status.")
        with duckdb.connect() as connection:
            published, kind, rows = _read(connection, issue, week, metric, dimensions)
    if published.is_empty() or kind is None:
        raise ReleaseError(f"Прослеживание: значения {metric} с этим разрезом за {week} нет; проверьте коды.")
    if published.height > 1:
        raise ReleaseError(f"Прослеживание: в выпуске {week} несколько регионов; укажите центр: --office.")
    counted = rows.filter(pl.col("exclusion_reason").is_null())
    excluded = rows.filter(pl.col("exclusion_reason").is_not_null())
    return Trace(issue, kind[0], published.row(0, named=True), _recompute(*kind, counted), counted, excluded)


def _read(
    connection: duckdb.DuckDBPyConnection, issue: Issue, week: str, metric: str, dimensions: dict[str, str]
) -> tuple[pl.DataFrame, tuple[str, float | None] | None, pl.DataFrame]:
    """The published rows of a cut, the kind of the metric, and the rows behind them."""
    same = " and ".join(f"{name} is not distinct from ?" for name in DIMENSIONS)
    published = connection.execute(
        f"select * from {issue.table('metric_values')} where week = ? and metric = ? and {same}",
        [week, metric, *(dimensions.get(name) for name in DIMENSIONS)],
    ).pl()
    kind = connection.execute(
        f"select kind, quantile from {issue.table('dim_metric')} where metric = ?", [metric]
    ).fetchone()
    given = [name for name in DIMENSIONS if dimensions.get(name) is not None]
    chosen = "".join(f" and {name} = ?" for name in given)
    rows = connection.execute(
        f"select * from {issue.table('metric_trace')} where week = ? and metric = ?{chosen} order by record_id",
        [week, metric, *(dimensions[name] for name in given)],
    ).pl()
    return published, kind, rows


def _recompute(kind: str, quantile: float | None, counted: pl.DataFrame) -> float | None:
    if kind == "count":
        return float(counted["numerator"].sum())
    if kind == "median":
        return counted.select(pl.col("measure").median()).item()
    if kind == "quantile":
        assert quantile is not None
        measures = counted["measure"].drop_nulls().sort()
        return measures[max(1, math.ceil(quantile * len(measures))) - 1] if len(measures) else None
    weight = float(counted["denominator"].sum())
    scale = 1 if kind == "mean" else 100
    return scale * float(counted["numerator"].sum()) / weight if weight else None
