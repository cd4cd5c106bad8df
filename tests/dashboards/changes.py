"""Changes of the synthetic region: rules that show them, and hidden ones that the site must not believe."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.dashboards.region import HIDDEN_VALUE, KEYS, metrics

if TYPE_CHECKING:
    from collections.abc import Iterator


def changes(values: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """A row for each value that has one in the week before."""
    for row in values:
        if row["status"] == "hidden":
            yield {
                **{key: row[key] for key in ("week", "region", *KEYS, "metric", "value")},
                "previous_value": HIDDEN_VALUE,
                "change": HIDDEN_VALUE,
                "is_signal": True,
                "signal_rule": "limits",
                "signal_direction": "up",
            }
    shown = {
        (row["week"], row["metric"], *(row[key] for key in KEYS)): row
        for row in values
        if row["status"] in ("ok", "weak")
    }
    for (week, metric, *cut), row in shown.items():
        before = shown.get((f"2026-W{int(week[6:]) - 1}", metric, *cut))
        if before is None:
            continue
        change = row["value"] - before["value"]
        rule = _rule(row, change)
        yield {
            **{key: row[key] for key in ("week", "region", *KEYS, "metric", "value")},
            "previous_value": before["value"],
            "change": change,
            "is_signal": True if rule else None if metrics()[metric]["kind"] == "count" else False,
            "signal_rule": rule,
            # a value in a run may be lower than the week before
            "signal_direction": None if rule is None else "up" if (change > 0) == (rule != "run") else "down",
        }


def _rule(row: dict[str, Any], change: float) -> str | None:
    """A rule where the change is wide: each of them in turn, of counts only that of limits."""
    kind = metrics()[row["metric"]]["kind"]
    if kind == "count":
        return "limits" if abs(change) > 0.2 * row["value"] else None
    spread = (row["ci_high"] or 0) - (row["ci_low"] or 0)
    if kind == "ratio" or abs(change) <= spread * 0.6:
        return None
    return ("limits", "run", "trend", "test")[row["n"] % 4]
