-- grain: one row per stage of a journey
select
    journey,
    stage,
    name,
    position
from {{ ref('stg_reference__stages') }}
where week = '{{ var("run_week") }}'
