-- grain: one row per journey, as the methodology stood in the week of the run
select
    journey,
    name,
    position
from {{ landing('reference', 'journeys') }}
where week = '{{ var("run_week") }}'
