-- grain: one row per metric, as the methodology stood in the week of the run
select
    metric,
    name,
    unit,
    better,
    kind,
    decimals,
    definition_id,
    definition_version,
    clause,
    description,
    is_additive,
    is_survey,
    has_touchpoint,
    maturity_weeks,
    position
from {{ landing('reference', 'metrics') }}
where week = '{{ var("run_week") }}'
