-- grain: one row per centre and week
select
    region,
    office_id,
    name,
    municipality,
    time_zone,
    week
from {{ landing('ais', 'offices') }}
