"""Writes a published copy like the real one: 12 centres, 17 touchpoints, 12 weeks, every metric and every status."""

from __future__ import annotations

import math
import random
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import duckdb
import polars as pl

from tests.dashboards import reports
from tests.dashboards.changes import changes
from tests.dashboards.region import (
    HIDDEN_N,
    HIDDEN_VALUE,
    HOSTILE_MESSAGE,
    KEYS,
    LOST_SOURCE_WEEK,
    NOTHING_AT,
    OFFICES,
    PUBLISHED_WEEKS,
    REGION,
    TOWNS,
    WEEKS,
    dictionary,
    metrics,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOT_PUBLISHED = ("sources", "by_aspect")  # fields of the registry
# What a metric looks like: the middle of its values, and records of a week over the whole region.
WANTED = {
    "ces": (46, 900),
    "nps": (31, 860),
    "expectation_met": (67, 880),
    "satisfaction_met": (72, 870),
    "rr": (78, 5900),
    "ttfr": (14, 1400),
    "ttfr_p90": (215, 1400),
    "er_wide": (11, 5900),
    "fcr": (61, 5900),
    "rpc": (1.2, 5900),
    "iqs": (70, 400),
    "cv1": (240, 240),
    "cv2": (6180, 6180),
    "link_rate": (73, 1262),
}


def write(path: Path) -> Path:
    """Write the published copy and return its path."""
    values = list(_values(random.Random(46)))
    tables = {
        "metric_values": pl.DataFrame(values, infer_schema_length=None),
        "metric_changes": pl.DataFrame(list(changes(values)), infer_schema_length=None),
        "dim_metric": pl.DataFrame(
            [
                {"metric": code, **{k: v for k, v in entry.items() if k not in NOT_PUBLISHED}, "position": at}
                for at, (code, entry) in enumerate(metrics().items(), 1)
            ],
            infer_schema_length=None,
        ),
        "dim_office": pl.DataFrame(
            [(*office, REGION, f"г. {town}", "Asia/Yakutsk") for office, town in zip(OFFICES, TOWNS, strict=True)],
            schema=["office_id", "name", "region", "municipality", "time_zone"],
            orient="row",
        ),
        **{
            f"dim_{code}": pl.DataFrame(
                [
                    {code: key, "name": name, "position": at}
                    for at, (key, name) in enumerate(dictionary(many).items(), 1)
                ]
            )
            for code, many in {
                "touchpoint": "touchpoints",
                "channel": "contact_channels",
                "client_group": "client_groups",
                "segment": "segments",
                "journey": "journeys",
                "aspect": "aspects",
            }.items()
        },
        "source_status": pl.DataFrame(list(_loads(random.Random(2))), infer_schema_length=None),
        "answer_distribution": pl.DataFrame(list(_answers(values)), infer_schema_length=None),
        **{
            table: pl.DataFrame(list(rows()), infer_schema_length=None)
            for table, rows in {
                "reason_weights": reports.reasons,
                "coverage_matrix": reports.coverage,
                "dim_stage": reports.stages,
                "definition_reconciliation": reports.rules,
            }.items()
        },
        "kpi_status": pl.DataFrame(list(_kpis(values)), infer_schema_length=None),
        "feedback_links": pl.DataFrame(list(_links()), infer_schema_length=None),
        "issues": pl.DataFrame(
            [
                {
                    "week": week,
                    "revision": 1,
                    "as_of": datetime(2026, 11, 15, 15, tzinfo=UTC).replace(tzinfo=None),
                    "released_at": datetime(2026, 11, 16, 4, 30),
                    "manifest_sha256": f"{at:02x}" * 32,
                }
                for at, week in enumerate(PUBLISHED_WEEKS)
            ]
        ),
    }
    with duckdb.connect(str(path)) as connection:
        for name, frame in tables.items():
            connection.register("frame", frame.to_arrow())
            connection.execute(f"create table {name} as select * from frame")
            connection.unregister("frame")
    return path


def _cuts() -> Iterator[tuple[dict[str, str | None], float]]:
    """Each published cut with its share of the region's records."""
    empty: dict[str, str | None] = dict.fromkeys(KEYS)
    touchpoints = {code: (20 - at) / 204 for at, code in enumerate(dictionary("touchpoints"))}
    channels = {code: (12 - at) / 72 for at, code in enumerate(dictionary("contact_channels"))}
    offices = {code: (16 - at) / 126 for at, (code, _) in enumerate(OFFICES)}
    yield empty, 1.0
    for office, part in offices.items():
        yield {**empty, "office_id": office}, part
        for code, share in touchpoints.items():
            if (office, code) != NOTHING_AT:
                yield {**empty, "office_id": office, "touchpoint": code}, part * share
        yield from (({**empty, "office_id": office, "channel": code}, part * share) for code, share in channels.items())
    wide = {
        "touchpoint": touchpoints | {"testing": 0.0112},  # about ten answers: hidden in one week, weak in another
        "channel": channels,
        "journey": {code: 0.8 / 2**at for at, code in enumerate(dictionary("journeys"), 1)},
        "client_group": dict(zip(dictionary("client_groups"), (0.8, 0.19, 0.01), strict=True)),
    }
    for dimension, shares in wide.items():
        yield from (({**empty, dimension: code}, share) for code, share in shares.items())
    # no page shows stages or segments: they are no journeys and no groups
    for dimension, within in (("journey", {"stage": "application"}), ("client_group", {"segment": "youth"})):
        yield from (({**empty, dimension: code, **within}, share / 2) for code, share in wide[dimension].items())


def _values(chance: random.Random) -> Iterator[dict[str, Any]]:
    for cut, share in _cuts():
        lean = chance.gauss(0, 11) * (any(cut.values()))
        for metric, entry in metrics().items():
            if cut["touchpoint"] and not entry["has_touchpoint"]:
                continue
            if not entry["is_lead"] and not _has_variants(cut):
                continue
            for at, week in enumerate(PUBLISHED_WEEKS):
                yield _value(chance, metric, entry, cut, share, week, lean + 0.7 * at)


def _has_variants(cut: dict[str, str | None]) -> bool:
    """Variants are published for the region, and by centre, channel or touchpoint alone."""
    return [key for key in KEYS if cut[key]] in ([], ["office_id"], ["channel"], ["touchpoint"])


def _value(
    chance: random.Random,
    metric: str,
    entry: dict[str, Any],
    cut: dict[str, str | None],
    share: float,
    week: str,
    lean: float,
) -> dict[str, Any]:
    middle, records = WANTED.get(metric, (50, 1000))
    kind = entry["kind"]
    n = round(records * share * chance.uniform(0.85, 1.15))
    status = _status(metric, entry, cut, week, n)
    width = 98 * (0.8 if kind == "net" else 0.45) / math.sqrt(max(1, n))
    value = {
        "count": float(n),
        "median": max(1.0, middle - lean / 4 + chance.gauss(0, width / 8)),
        "quantile": max(1.0, middle - lean / 4 + chance.gauss(0, width / 8)),
    }.get(kind, min(99.0, middle + lean + chance.gauss(0, width / 2)))
    has_interval, unbounded = kind not in ("count", "ratio"), entry["unit"] == "minutes"
    low, high = (-100.0, 100.0) if kind == "net" else (0.0, 100.0)
    is_last = week == WEEKS[-1]
    row: dict[str, Any] = {"week": week, "region": REGION, **cut, "metric": metric}
    row |= {
        "value": value,
        "numerator": value * n / 100,
        "denominator": float(n),
        "n": n,
        "ci_low": max(low, value - width) if has_interval else None,
        "ci_high": (value + width / 4 if unbounded else min(high, value + width)) if has_interval else None,
    }
    if status == "hidden":
        row |= dict.fromkeys(("value", "numerator", "denominator", "ci_low", "ci_high"), HIDDEN_VALUE) | {"n": HIDDEN_N}
    elif status == "no_source":  # the parts keep what did arrive
        row |= dict.fromkeys(("value", "ci_low", "ci_high")) | {"n": HIDDEN_N, "numerator": HIDDEN_VALUE}
    elif status == "no_data":
        row |= dict.fromkeys(("value", "numerator", "denominator", "n", "ci_low", "ci_high"))
    return row | {
        "status": status,
        "maturity": "provisional" if is_last and entry["maturity_weeks"] else "final",
        "definition_id": entry["definition_id"],
        "definition_version": entry["definition_version"],
        "as_of": datetime(2026, 11, 15, 15),
    }


def _status(metric: str, entry: dict[str, Any], cut: dict[str, str | None], week: str, n: int) -> str:
    uses_contact_centre = "contact_centre" in entry["sources"]
    if uses_contact_centre and week == LOST_SOURCE_WEEK:
        return "no_source"
    if metric == "link_rate" and cut["office_id"] in (None, "C03") and week == WEEKS[-1]:
        return "no_source"
    if metric == "ttfr" and cut["touchpoint"] not in (None, "contact_centre"):
        return "no_data"
    if entry["kind"] == "count":
        return "ok"
    if n == 0:
        return "no_data"
    if entry["is_survey"] and n < 10:
        return "hidden"
    return "weak" if n < 30 else "ok"


HOSTILE_LABEL = "Ожидания <b>совпали</b>"
HIDDEN_QUESTION = "satisfaction_specialist"  # its numbers stand where nothing may stand


def _answers(values: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Each answer to the questions of the survey, by single dimensions too, of which no page shows the answers."""
    stand_for = {"ces": "ces", "nps": "nps"} | {
        code.removesuffix("_met"): code for code in metrics() if code.endswith("_met")
    }
    for row in values:
        question = next((question for question, metric in stand_for.items() if metric == row["metric"]), None)
        if question is None or row["journey"] or row["client_group"] or not _has_variants(row):
            continue
        first, last = (0, 10) if question == "nps" else (1, 5)
        for position in range(first, last + 1):
            is_hidden = question == HIDDEN_QUESTION
            counts = {"answer_count": position + 3, "answer_share": 12.5 + position, "n": row["n"]}
            label = HOSTILE_LABEL if (question, position) == ("expectation", 3) else f"Ответ {position}"
            yield {
                **{key: row[key] for key in ("week", "region", "office_id", "touchpoint", "channel")},
                "question": question,
                "answer_position": position,
                "answer_label": None if question == "nps" else label,
                "scale_points": last - first + 1,
                **(dict.fromkeys(counts, HIDDEN_N) if is_hidden else counts),
                "status": "hidden" if is_hidden else "ok",
                "maturity": row["maturity"],
            }


# Corridors and verdicts by KPI of job seekers; each verdict is there, and both ways to lie outside.
CORRIDORS = {
    "rr": ("within", 0.0, 100.0, "higher", 0.0),
    "ces": ("below", 90.0, 99.0, "higher", -44.5),
    "nps": ("above", -90.0, -40.5, "higher", 71.0),
    "er_wide": ("above", 0.0, 1.0, "lower", 10.0),
    "fcr": ("uncertain", 61.0, 90.0, "higher", 0.0),
    "iqs": ("weak", 40.0, 60.0, "middle", None),
    "ttfr": ("no_data", 0.0, 15.0, "lower", None),
}


def _kpis(values: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    found = {
        (row["week"], row["metric"]): row
        for row in values
        if row["client_group"] == "job_seeker" and not any(row[key] for key in KEYS if key != "client_group")
    }
    for week in PUBLISHED_WEEKS:
        for rank, (metric, (verdict, lower, upper, better, distance)) in enumerate(CORRIDORS.items(), 1):
            row = found[week, metric]
            yield {
                **{key: row[key] for key in ("week", "region", "client_group", "metric", "maturity")},
                **{key: row[key] if distance is not None else None for key in ("value", "n", "ci_low", "ci_high")},
                "status": "ok" if distance is not None else "hidden" if verdict == "weak" else "no_source",
                "kpi_set": "job_seeker_1",
                "segment": None,
                "kpi": f"kpi_{metric}",
                "name": f"Обещание {rank} <b>клиенту</b>",
                "kpi_rank": rank,
                "owner": "Контакт-центр",
                "lower_bound": lower,
                "upper_bound": upper,
                "better": better,
                "act": f"Приказ № {rank}",
                "distance": distance,
                "verdict": verdict,
            }


def _loads(chance: random.Random) -> Iterator[dict[str, Any]]:
    entities = {
        "ais": ("offices", "interactions", "interaction_events"),
        "complaints_book": ("entries",),
        "survey": ("responses", "answers"),
        "contact_centre": ("conversations", "messages"),
        "two_gis": ("mentions",),
        "vk": ("mentions",),
        "evaluations": ("evaluations",),
    }
    for week in PUBLISHED_WEEKS:
        for source, names in entities.items():
            for entity in names:
                lost = source == "contact_centre" and week == LOST_SOURCE_WEEK
                by_office = [code for code, _ in OFFICES] if source == "complaints_book" else []
                whole = 0
                for office in by_office:
                    failed = office == "C03" and week == WEEKS[-1]
                    landed = 0 if failed else chance.randint(1, 150)
                    whole += landed
                    yield _load(week, source, office, entity, landed, lost=failed)
                landed = whole if by_office else 0 if lost else chance.randint(20, 1800)
                yield _load(week, source, None, entity, landed, lost=lost)


def _load(week: str, source: str, office: str | None, entity: str, landed: int, *, lost: bool) -> dict[str, Any]:
    aside = 0 if lost or office else 3
    other = 0 if lost or office else 2
    return {
        "week": week,
        "source": source,
        "source_name": dictionary("sources")[source],
        "office_id": office,
        "entity": entity,
        "status": "no_source" if lost else "loaded",
        "rows_read": landed + aside + other,
        "rows_landed": landed,
        "rows_quarantined": aside,
        "rows_other_week": other,
        "message": HOSTILE_MESSAGE if lost else None,
    }


def _links() -> Iterator[dict[str, Any]]:
    ways = (("code", None, 41), ("interaction", None, 22), (None, "no_code", 14), (None, "unknown_code", 3))
    for week in PUBLISHED_WEEKS:
        for office, _ in OFFICES:
            for source in ("survey", "complaints_book", "two_gis", "vk"):
                for method, reason, count in ways:
                    yield {
                        "week": week,
                        "region": REGION,
                        "office_id": office,
                        "source": source,
                        "link_method": method,
                        "unlinked_reason": reason,
                        "feedback_count": count,
                    }
