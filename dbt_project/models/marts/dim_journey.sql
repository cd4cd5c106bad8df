-- grain: one row per journey
select
    journey,
    name,
    position
from {{ ref('stg_reference__journeys') }}
where week = '{{ var("run_week") }}'
