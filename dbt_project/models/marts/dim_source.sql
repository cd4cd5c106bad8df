-- grain: one row per source
select
    source,
    name,
    position
from {{ ref('stg_reference__sources') }}
where week = '{{ var("run_week") }}'
