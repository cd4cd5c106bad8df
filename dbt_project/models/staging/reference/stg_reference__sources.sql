-- grain: one row per source, as the methodology stood in the week of the run
select
    source,
    name,
    position
from {{ landing('reference', 'sources') }}
where week = '{{ var("run_week") }}'
