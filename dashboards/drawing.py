"""Where things stand in a picture: rows of a chart, points of a sparkline, places on a scale.

What does not belong here: values that are not published as they are, colours, HTML.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from dashboards import russian

if TYPE_CHECKING:
    from dashboards.data import Published
    from dashboards.records import Cell, Kpi, Metric, Series

SPARK_WIDTH, SPARK_HEIGHT, SPARK_PAD = 104.0, 34.0, 3.0


@dataclass(frozen=True)
class Panel:
    """A metric of a place: the newest value and its history."""

    metric: Metric
    cell: Cell
    history: list[tuple[str, Cell | None]]

    @property
    def chart(self) -> str:
        """Which chart shows it: ``volume`` for counts, ``estimate`` for the rest."""
        return "volume" if self.metric.kind == "count" else "estimate"

    @property
    def is_drawn(self) -> bool:
        """Whether there is anything to draw."""
        return any(cell and cell.value is not None for _, cell in self.history)

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Data of the chart, one row a week; a week with no value stays a gap."""
        cells = [cell for _, cell in self.history]
        shown = [cell is not None and cell.value is not None for cell in cells]
        return [
            _row(self.metric, week, cell, is_lone=not any(shown[max(0, at - 1) : at] + shown[at + 1 : at + 2]))
            for at, (week, cell) in enumerate(self.history)
        ]


class Spark(NamedTuple):
    """A sparkline: a polyline for each unbroken run of weeks, dots of lone weeks, and the last one."""

    lines: list[str]
    dots: list[tuple[float, float]]
    last: tuple[float, float] | None


class Whisker(NamedTuple):
    """An interval on a scale, in per cent of its width."""

    left: float
    width: float
    point: float
    zero: float


class Corridor(NamedTuple):
    """A value with its interval on a scale of 0…100 that holds its corridor: left edges, widths, the point."""

    left: float
    width: float
    interval_left: float
    interval_width: float
    point: float


def panel(published: Published, metric: Metric, series: Series) -> Panel:
    """The newest value of a metric and its history over the weeks of the site."""
    history = [(week, series.get(week)) for week in published.weeks]
    return Panel(metric, series[published.week], history)


def spread(rows: list[Series]) -> float:
    """The largest distance between two values of one row: sparklines of a table share it, so noise looks like noise."""
    known = [[cell.value for cell in series.values() if cell.value is not None] for series in rows]
    return max((max(values) - min(values) for values in known if values), default=0.0) or 1.0


def spark(weeks: list[str], series: Series, height: float) -> Spark:
    """A sparkline that breaks where a week has no value; ``height`` is the distance of values that fills it."""
    values = [cell.value if (cell := series.get(week)) else None for week in weeks]
    known = [value for value in values if value is not None]
    if not known:
        return Spark([], [], None)
    middle = (min(known) + max(known)) / 2
    step = (SPARK_WIDTH - 2 * SPARK_PAD) / max(1, len(weeks) - 1)
    runs: list[list[tuple[float, float]]] = [[]]
    for at, value in enumerate(values):
        if value is None:
            runs.append([])
            continue
        rise = (SPARK_HEIGHT - 2 * SPARK_PAD) * (value - middle) / height
        runs[-1].append((round(SPARK_PAD + step * at, 1), round(SPARK_HEIGHT / 2 - rise, 1)))
    lines = [" ".join(f"{x},{y}" for x, y in run) for run in runs if len(run) > 1]
    return Spark(lines, [run[0] for run in runs if len(run) == 1], runs[-1][-1] if runs[-1] else None)


def scale(cells: list[Cell]) -> tuple[float, float]:
    """Round bounds of a scale that holds every interval and zero."""
    ends = [end for cell in cells for end in (cell.ci_low, cell.ci_high) if end is not None]
    return 10.0 * math.floor(min([0.0, *ends]) / 10), 10.0 * math.ceil(max([10.0, *ends]) / 10)


def whisker(bounds: tuple[float, float], cell: Cell) -> Whisker | None:
    """Place of a value and its interval on a scale."""
    if cell.value is None or cell.ci_low is None or cell.ci_high is None:
        return None
    low, high = bounds

    def place(value: float) -> float:
        return round(100 * (value - low) / (high - low), 1)

    left = place(cell.ci_low)
    return Whisker(left, round(place(cell.ci_high) - left, 1), place(cell.value), place(0))


def corridor(kpi: Kpi) -> Corridor | None:
    """Place of a value in its corridor; the corridor takes the middle of the scale unless the value is far off."""
    if kpi.value is None:
        return None
    margin = (kpi.upper_bound - kpi.lower_bound) / 2
    ends = [end for end in (kpi.ci_low, kpi.ci_high) if end is not None] or [kpi.value]
    low = min(kpi.lower_bound - margin, *ends, kpi.value)
    high = max(kpi.upper_bound + margin, *ends, kpi.value)

    def place(value: float) -> float:
        return round(100 * (value - low) / (high - low), 1)

    left, interval_left = place(kpi.lower_bound), place(min(ends))
    return Corridor(
        left,
        round(place(kpi.upper_bound) - left, 1),
        interval_left,
        round(place(max(ends)) - interval_left, 1),
        place(kpi.value),
    )


def _row(metric: Metric, week: str, cell: Cell | None, is_lone: bool) -> dict[str, Any]:
    status = cell.status if cell else "missing"
    row: dict[str, Any] = {
        "tick": russian.week_tick(week),
        "week": russian.week_label(week),
        "status": russian.STATUS.get(status, status),
    }
    if cell is None or cell.value is None:
        return row | {"v": None, "lo": None, "hi": None, "gap": True, "value": "—", "interval": "—", "n": "—"}
    provisional = cell.maturity == "provisional"
    return row | {
        "v": cell.value,
        "lo": cell.ci_low,
        "hi": cell.ci_high,
        "lone": is_lone,
        "look": "weak" if status == "weak" else "provisional" if provisional else "ok",
        "status": row["status"] + (f", {russian.PROVISIONAL}" if provisional else ""),
        "value": russian.value_text(metric, cell.value),
        "interval": russian.interval_text(metric, cell) or "—",
        "n": russian.number(cell.n),
    }
