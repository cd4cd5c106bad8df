-- grain: one row per client group
select
    client_group,
    name,
    position
from {{ ref('stg_reference__client_groups') }}
where week = '{{ var("run_week") }}'
