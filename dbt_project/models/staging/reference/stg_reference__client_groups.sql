-- grain: one row per client group, as the methodology stood in the week of the run
select
    client_group,
    name,
    position
from {{ landing('reference', 'client_groups') }}
where week = '{{ var("run_week") }}'
