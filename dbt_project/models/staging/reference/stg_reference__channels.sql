-- grain: one row per channel, as the methodology stood in the week of the run
select
    channel,
    name,
    position
from {{ landing('reference', 'channels') }}
where week = '{{ var("run_week") }}'
