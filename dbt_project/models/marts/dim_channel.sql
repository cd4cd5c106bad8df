-- grain: one row per channel
select
    channel,
    name,
    position
from {{ ref('stg_reference__channels') }}
where week = '{{ var("run_week") }}'
