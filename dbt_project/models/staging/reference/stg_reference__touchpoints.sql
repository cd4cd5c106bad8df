-- grain: one row per touchpoint, as the methodology stood in the week of the run
select
    touchpoint,
    name,
    position
from {{ landing('reference', 'touchpoints') }}
where week = '{{ var("run_week") }}'
