-- grain: one row per touchpoint
select
    touchpoint,
    name,
    position
from {{ ref('stg_reference__touchpoints') }}
where week = '{{ var("run_week") }}'
