-- grain: one row per metric of the registry
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
    position
from {{ ref('stg_reference__metrics') }}
where week = '{{ var("run_week") }}'
