"""Rows of the reports of the synthetic copy: reasons, coverage of the plan, rules of other products."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.dashboards.region import HIDDEN_N, HIDDEN_VALUE, PUBLISHED_WEEKS, REGION, dictionary, metrics

if TYPE_CHECKING:
    from collections.abc import Iterator

HOSTILE_REASON = "Очередь <img src=x>"
HOSTILE_STAGE = "Подаю <i>заявление</i>"
# Each verdict of the coverage once or more: stage, touchpoint, metric, verdict, status, n.
PLANNED = [
    ("application", "hall", "ces", "measured", "ok", 120),
    ("application", "hall", "iqs", "weak", "weak", 12),
    ("application", "queue", "ces", "hidden", "hidden", HIDDEN_N),
    ("result", "status_tracking", "ces", "no_data", "no_data", 0),
    ("result", "status_tracking", "rr", "no_data", "no_data", 0),
    ("result", "site", "ttfr", "no_source", "no_source", HIDDEN_N),
    ("result", "site", "cv1", "not_by_touchpoint", None, None),
]
RULES = [
    ("fcr", "first_contact", 61.7, 0.0, "ok"),
    ("fcr", "one_reply", 25.3, -36.4, "ok"),
    ("ttfr", "all_schedules", 6.0, 0.0, "ok"),
    ("ttfr", "last_schedule", HIDDEN_VALUE, HIDDEN_VALUE, "no_source"),
]


def reasons() -> Iterator[dict[str, Any]]:
    """Three reasons that people name, the others silent."""
    names = list(dictionary("reasons").items())
    for week in PUBLISHED_WEEKS:
        for at, (code, name) in enumerate(names):
            volume = (37, 27, 5)[at] if at < 3 else 0
            yield {
                "week": week,
                "region": REGION,
                "reason": code,
                "position": at + 1,
                "reasons_version": "1",
                "name": HOSTILE_REASON if at == 0 else name,
                "criticality": 5 - at if at < 3 else 3,
                "volume": volume,
                "reason_weight": (60.25, 35.0, 4.75)[at] if at < 3 else 0.0,
                "reason_rank": min(at, 3) + 1,
                "rank_if_raised": max(min(at, 3), 1),
                "rank_if_lowered": min(at, 3) + 1,
                "item_count": 166,
                "unclassified_count": 13,
                "unclassified_share": 7.83,
                "unclassified_limit": 20.0,
                "status": "ok",
            }


def coverage() -> Iterator[dict[str, Any]]:
    """The plan of one journey, and one measured cell of no plan."""
    keys = ("stage", "touchpoint", "metric", "coverage", "status", "n")
    outside = (None, "testing", "nps", "unplanned", "ok", 77)
    for week in PUBLISHED_WEEKS:
        for position, cell in enumerate([*PLANNED, outside], start=1):
            is_planned = cell is not outside
            yield {
                "week": week,
                "region": REGION,
                "journey": "benefit" if is_planned else None,
                **dict(zip(keys, cell, strict=True)),
                "position": position if is_planned else None,
                "is_planned": is_planned,
            }


def stages() -> Iterator[dict[str, Any]]:
    """The two stages of that journey."""
    yield {"journey": "benefit", "stage": "application", "name": HOSTILE_STAGE, "position": 1}
    yield {"journey": "benefit", "stage": "result", "name": "Получаю выплату", "position": 2}


def rules() -> Iterator[dict[str, Any]]:
    """Rules of the region, and of a centre, which no page shows."""
    for week in PUBLISHED_WEEKS:
        for office in (None, "C01"):
            for position, (metric, rule, value, difference, status) in enumerate(RULES, start=1):
                assert metric in metrics()
                yield {
                    "week": week,
                    "region": REGION,
                    "office_id": office,
                    "metric": metric,
                    "rule": rule,
                    "position": position,
                    "value": value,
                    "difference": difference,
                    "status": status,
                    "numerator": 620.0,
                    "denominator": 2447.0,
                }
