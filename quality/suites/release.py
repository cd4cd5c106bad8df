"""A draft must be fit to be read: bounds of metrics, statuses, coverage, jumps against the week before."""

from __future__ import annotations

from typing import Any

from ingestion.weeks import previous_week
from quality.engine import Finding
from quality.suites.landing import BOUNDS

TABLES = ("metric_values", "dim_metric", "dim_office")  # of the draft, in the order of :func:`findings`
# values by unit: a share cannot pass 100, a balance of shares cannot leave ±100
UNIT_BOUNDS = {
    "percent": "value between 0 and 100 or (kind = 'ratio' and value >= 0)",  # a ratio may pass 100
    "score": "value between 0 and 100",
    "points": "value between -100 and 100",
    "minutes": "value >= 0",
    "count": "value >= 0",
}
_ALLOWED = {
    "status": ("ok", "weak", "hidden", "no_data", "no_source"),
    "maturity": ("provisional", "final"),
    "unit": tuple(UNIT_BOUNDS),
}
_WITHIN_OFFICE = [
    "journey",
    "stage",
    "touchpoint",
    "channel",
    "client_group",
    "segment",
]  # dimensions but for the centre
KEY = ["week", "metric", "region", "office_id", *_WITHIN_OFFICE]
NEVER_NULL = ["week", "metric", "region", "status", "unit", "maturity", "definition_id", "definition_version", "as_of"]

_CELL = f"concat_ws('/', {', '.join(KEY)}) as record_id"
_WHOLE_REGION = f"coalesce(office_id, {', '.join(_WITHIN_OFFICE)}) is null"
_OFFICE = f"office_id is not null and coalesce({', '.join(_WITHIN_OFFICE)}) is null"

# What must not be found: over {values}, {metrics} and {offices} of the draft, {week} and {before} it.
_FINDINGS = {
    "too_few_rows": "select '{week}' as record_id from {values} having count(*) < {least_rows}",
    # a value is shown exactly when its status says so
    "shown_wrongly": f"select {_CELL} from {{values}} where (value is not null) <> (status in ('ok', 'weak'))",
    "hidden_parts": f"select {_CELL} from {{values}} "
    "where status = 'hidden' and coalesce(numerator, denominator, n, ci_low, ci_high) is not null",
    "outside_interval": f"select {_CELL} from {{values}} "
    "where value < ci_low - 1e-9 or value > ci_high + 1e-9 or not isfinite(value)",
    # each metric of the registry has its cell for each region and centre
    "missing_cells": f"""
        with places as (
            select region, office_id from {{offices}} union
            select region, null from {{offices}} union
            select region, null from {{values}}
        ),
        weeks as (select '{{week}}' as week union select week from {{values}})
        select concat_ws('/', w.week, m.metric, p.region, p.office_id) as record_id
        from weeks as w cross join {{metrics}} as m cross join places as p
        where not exists (
            select 1 from {{values}} as v
            where v.week = w.week and v.metric = m.metric and v.region is not distinct from p.region
                and v.office_id is not distinct from p.office_id
                and coalesce({", ".join(f"v.{name}" for name in _WITHIN_OFFICE)}) is null
        )""",
    "doubled_cells": f"select {_CELL} from {{values}} group by {', '.join(KEY)} having count(*) > 1",
    # with no source at all there is nothing to tell
    "regions_without_sources": f"select concat_ws('/', '{{week}}', region) as record_id from {{values}} "
    f"where week = '{{week}}' and {_WHOLE_REGION} group by region having bool_and(status = 'no_source')",
    "jumps": f"""
        with bounds as (select * from (values {{jumps}}) as b(metric, least_ratio, most_ratio, most_change)),
        now as (select * from {{values}} where week = '{{week}}' and {_WHOLE_REGION}),
        earlier as (select * from {{values}} where week = '{{before}}' and {_WHOLE_REGION})
        select concat_ws('/', now.week, metric, region) as record_id
        from now join earlier using (metric, region) join bounds using (metric)
        where not {{holiday}} and earlier.n >= {{jumps_from}} and (
            now.value < least_ratio * earlier.value or now.value > most_ratio * earlier.value
            or (now.n >= {{jumps_from}} and abs(now.value - earlier.value) > most_change)
        )""",
    "silent_offices": f"""
        with now as (select * from {{values}} where week = '{{week}}' and metric = '{{heard_by}}' and {_OFFICE}),
        earlier as (select * from {{values}} where week = '{{before}}' and metric = '{{heard_by}}' and {_OFFICE}),
        offices as (
            select region, office_id, coalesce(now.value = 0, false) as is_silent
            from earlier join now using (region, office_id) where earlier.value >= {{least_contacts}}
        )
        select concat_ws('/', '{{week}}', region, office_id) as record_id
        from offices where is_silent
        qualify count(*) over (partition by region) > (1 - {{least_share}})
            * (select count(*) from offices as every where every.region = offices.region)""",
}

MEANINGS = {
    "shown_wrongly": "значение не отвечает своему статусу",
    "hidden_parts": "у скрытого значения видны его части",
    "outside_interval": "значение вне своего интервала",
    "missing_cells": "нет значения показателя для региона или центра",
    "doubled_cells": "значение стоит дважды",
    "regions_without_sources": "ни у одного показателя региона нет источника",
    "jumps": "скачок против прошлой недели",
    "silent_offices": "слишком много центров без единого обращения",
    "out_of_bounds": "значения вне границ",
}


def findings(values: str, metrics: str, offices: str, week: str) -> list[Finding]:
    """What must not be found in a draft.

    Args:
        values: relation of ``metric_values``.
        metrics: relation of ``dim_metric``.
        offices: relation of ``dim_office``.
        week: week of the issue.
    """
    heard = BOUNDS["heard_offices"]
    before = previous_week(week)
    marks = {
        "values": values,
        "metrics": metrics,
        "offices": offices,
        "week": week,
        "before": before,
        "jumps": ", ".join(_jump(metric, bound) for metric, bound in BOUNDS["jumps"].items()),
        "jumps_from": BOUNDS["jumps_from"]["n"],
        "holiday": any(each.endswith(tuple(BOUNDS["holiday_weeks"]["weeks"])) for each in (week, before)),
        "heard_by": heard["metric"],
        "least_contacts": heard["least_contacts"],
        "least_share": heard["least_share"],
        "least_rows": BOUNDS["least_region_cells"]["rows"],
    }
    found = [Finding(name, "metric_values", sql.format(**marks)) for name, sql in _FINDINGS.items()]
    registry = f"(select metric, unit, kind from {metrics})"
    cells = f"select {_CELL} from {values} as v left join {registry} as m using (metric) where "
    found += [
        Finding("out_of_bounds", "metric_values", f"{cells} unit = '{unit}' and not ({bounds})", unit)
        for unit, bounds in UNIT_BOUNDS.items()
    ]
    found += [
        Finding("unknown_codes", "metric_values", f"{cells} {name} not in {allowed}", name)
        for name, allowed in _ALLOWED.items()
    ]
    return found + [Finding("nulls", "metric_values", f"{cells} {name} is null", name) for name in NEVER_NULL]


def _jump(metric: str, bound: dict[str, Any]) -> str:
    limits = (bound.get(name) for name in ("least_ratio", "most_ratio", "most_change"))
    return f"('{metric}', {', '.join('null' if limit is None else f'{float(limit)}' for limit in limits)})"
