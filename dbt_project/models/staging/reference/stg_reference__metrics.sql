-- grain: one row per metric and week in which the methodology stood so
select
    metric,
    name,
    unit,
    better,
    kind,
    quantile,
    decimals,
    definition_id,
    definition_version,
    clause,
    description,
    aspect,
    is_lead,
    is_additive,
    is_survey,
    has_touchpoint,
    maturity_weeks,
    position,
    week
from {{ landing('reference', 'metrics') }}
