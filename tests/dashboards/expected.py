"""What the site must show, read straight from the published copy and written in Russian by rules of its own."""

from __future__ import annotations

import math
import re
from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple

from tests.dashboards.region import REGION, WEEKS

if TYPE_CHECKING:
    import duckdb

NEWEST = WEEKS[-1]
THIN, NO_BREAK = "\u202f", "\u00a0"
UNIT = {"percent": f"{THIN}%", "minutes": f"{THIN}мин", "score": f"{THIN}балла", "points": "", "count": ""}
CHANGE_UNIT = UNIT | {"percent": f"{THIN}п. п.", "points": f"{THIN}п."}
STATUS = {
    "weak": "◐ мало данных",
    "hidden": "◌ скрыто",
    "no_source": "✕ нет данных источника",
    "no_data": "– нечего считать",
    "absent": "– нет записей",
    "missing": "· не публиковалось",
}
RULE = {
    ("limits", "up"): "выше обычных границ",
    ("limits", "down"): "ниже обычных границ",
    ("run", "up"): "долго выше среднего",
    ("run", "down"): "долго ниже среднего",
    ("trend", "up"): "растёт неделя за\u00a0неделей",
    ("trend", "down"): "снижается неделя за\u00a0неделей",
    ("test", "up"): "выше прошлой недели",
    ("test", "down"): "ниже прошлой недели",
}
VERDICT = {"better": "лучше", "worse": "хуже", "changed": "изменилось"}


class Cut(NamedTuple):
    office_id: str | None = None
    journey: str | None = None
    stage: str | None = None
    touchpoint: str | None = None
    channel: str | None = None
    client_group: str | None = None
    segment: str | None = None


class Row(NamedTuple):
    """One row of metric_values with its change."""

    value: float
    n: int
    ci_low: float | None
    ci_high: float | None
    status: str
    maturity: str
    unit: str
    better: str
    decimals: int
    kind: str
    is_lead: bool
    description: str
    previous_value: float | None
    change: float | None
    is_signal: bool | None
    signal_rule: str | None
    signal_direction: str | None

    @property
    def is_shown(self) -> bool:
        return self.status in ("ok", "weak")

    @property
    def value_text(self) -> str:
        return russian(self.value, self.decimals) + self.unit_text

    @property
    def unit_text(self) -> str:
        """Minutes that the registry describes as working ones say so."""
        is_working = self.unit == "minutes" and re.search("[Рр]абочи[ехм]+ минут", self.description)
        return f"{THIN}раб.{NO_BREAK}мин" if is_working else UNIT[self.unit]

    @property
    def interval_text(self) -> str:
        assert self.ci_low is not None
        assert self.ci_high is not None
        return f"{russian(self.ci_low, self.decimals)}{NO_BREAK}…{NO_BREAK}{russian(self.ci_high, self.decimals)}"

    @property
    def n_text(self) -> str:
        return f"n{NO_BREAK}={NO_BREAK}{russian(self.n)}"

    @property
    def change_text(self) -> str:
        """Empty when there is nothing to show."""
        if not self.is_signal or self.change is None:
            return ""
        sign, arrow = ("+", "▲") if self.change > 0 else ("", "▼")
        return f"{arrow} {sign}{russian(self.change, self.decimals)}{CHANGE_UNIT[self.unit]}"

    @property
    def verdict(self) -> str:
        assert self.change is not None
        if self.better == "none":
            return "changed"
        return "better" if (self.signal_direction == "up") == (self.better == "higher") else "worse"

    @property
    def rule_text(self) -> str:
        assert self.signal_rule
        assert self.signal_direction
        return RULE[self.signal_rule, self.signal_direction]


def russian(value: float, decimals: int = 0) -> str:
    """A number in Russian, in whole tenths: no locale, no formatting of floats."""
    tens = 10**decimals
    whole, part = divmod(math.floor(abs(Fraction(repr(value))) * tens + Fraction(1, 2)), tens)
    digits, groups = str(whole), []
    while digits:
        digits, group = digits[:-3], digits[-3:]
        groups.insert(0, group)
    text = THIN.join(groups) + (f",{part:0{decimals}d}" if decimals else "")
    return f"\u2212{text}" if value < 0 and (whole or part) else text


def rows(database: duckdb.DuckDBPyConnection) -> dict[tuple[str, Cut, str], Row]:
    """Every published value by week, cut and metric."""
    changes: dict[tuple[Any, ...], tuple[Any, ...]] = {
        tuple(found[:9]): found[9:]
        for found in database.execute(
            "select week, office_id, journey, stage, touchpoint, channel, client_group, segment, metric,"
            " previous_value, change, is_signal, signal_rule, signal_direction from metric_changes where region = ?",
            [REGION],
        ).fetchall()
    }
    registry = {
        code: about
        for code, *about in database.execute(
            "select metric, unit, better, decimals, kind, is_lead, description from dim_metric"
        ).fetchall()
    }
    values = database.execute(
        "select week, office_id, journey, stage, touchpoint, channel, client_group, segment, metric,"
        " value, n, ci_low, ci_high, status, maturity from metric_values where region = ?",
        [REGION],
    ).fetchall()
    return {
        (week, Cut(*cut), metric): Row(*shown, *registry[metric], *changes.get((week, *cut, metric), (None,) * 5))
        for week, *cut, metric, value, n, low, high, status, maturity in values
        if (shown := (value, n, low, high, status, maturity))
    }
