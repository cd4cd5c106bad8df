"""A draft must be fit to be read: bounds of metrics, statuses, coverage."""

from __future__ import annotations

from typing import Any

from quality.suites.landing import BOUNDS

STATUSES = ["ok", "weak", "hidden", "no_data", "no_source"]
# values by unit: a share cannot pass 100, a balance of shares cannot leave ±100
UNIT_BOUNDS = {"percent": (0, 100), "points": (-100, 100), "minutes": (0, None), "count": (0, None)}
KEY = ["week", "metric", "region", "office_id", "journey", "touchpoint", "channel", "client_group"]

_CELL = "concat_ws('/', week, metric, region, office_id, journey, touchpoint, channel, client_group) as record_id"

# Views over the draft that the expectations look at; {values} and {metrics} are its files.
VIEWS = {
    "metric_values": f"select v.*, m.unit, {_CELL} from {{values}} as v left join {{metrics}} as m using (metric)",
    # a value is shown exactly when its status says so
    "shown_wrongly": f"select {_CELL} from {{values}} where (value is not null) <> (status in ('ok', 'weak'))",
    "hidden_parts": f"select {_CELL} from {{values}} "
    "where status = 'hidden' and coalesce(numerator, denominator, n) is not null",
    "outside_interval": f"select {_CELL} from {{values}} where value < ci_low - 1e-9 or value > ci_high + 1e-9",
    # each metric of the registry has its cell for each region and week
    "missing_cells": "select m.metric as record_id from {metrics} as m cross join "
    "(select distinct week, region from {values}) as w where not exists (select 1 from {values} as v "
    "where v.metric = m.metric and v.week = w.week and v.region = w.region "
    "and coalesce(office_id, journey, touchpoint, channel, client_group) is null)",
    "doubled_cells": f"select any_value(metric) as record_id from {{values}} "
    f"group by {', '.join(KEY)} having count(*) > 1",
    **{
        f"values_in_{unit}": f"select {_CELL}, value from {{values}} join {{metrics}} as m using (metric) "
        f"where m.unit = '{unit}'"
        for unit in UNIT_BOUNDS
    },
}
MUST_BE_EMPTY = ["shown_wrongly", "hidden_parts", "outside_interval", "missing_cells", "doubled_cells"]


def expectations(view: str) -> list[Any]:
    """Expectations of one view of the draft."""
    import great_expectations.expectations as gxe

    if view in MUST_BE_EMPTY:
        return [gxe.ExpectTableRowCountToEqual(value=0)]
    if view.startswith("values_in_"):
        low, high = UNIT_BOUNDS[view.removeprefix("values_in_")]
        return [gxe.ExpectColumnValuesToBeBetween(column="value", min_value=low, max_value=high)]
    return [
        gxe.ExpectTableRowCountToBeBetween(min_value=BOUNDS["least_region_cells"]["rows"]),
        gxe.ExpectColumnValuesToBeInSet(column="status", value_set=STATUSES),
        gxe.ExpectColumnValuesToBeInSet(column="maturity", value_set=["provisional", "final"]),
        gxe.ExpectColumnValuesToBeInSet(column="unit", value_set=list(UNIT_BOUNDS)),
        *(gxe.ExpectColumnValuesToNotBeNull(column=name) for name in ("week", "metric", "region", "status", "unit")),
    ]
