-- grain: one row per service, as the methodology stood in the week of the run
select
    service,
    name,
    journey,
    position
from {{ landing('reference', 'services') }}
where week = '{{ var("run_week") }}'
