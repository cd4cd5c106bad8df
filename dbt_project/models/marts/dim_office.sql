-- grain: one row per centre of the register, as it stood in the week of the run
select
    office_id,
    region,
    name,
    municipality,
    time_zone
from {{ ref('stg_ais__offices') }}
where week = '{{ var("run_week") }}'
