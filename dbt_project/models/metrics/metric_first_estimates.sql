-- grain: one row per metric, week and cell: the estimate as it first was, in the run of its own week
-- never restated, so that a week that is still provisional can be compared with the one before as it then was
{{ config(materialized='weekly', lookback=false) }}

select
    metric,
    region,
    {{ dimensions() | join(',\n    ') }},
    value,
    centre,
    standard_error,
    status,
    maturity,
    definition_id,
    definition_version,
    week_number,
    week
from {{ ref('metric_estimates') }}
where week = '{{ var("run_week") }}'
