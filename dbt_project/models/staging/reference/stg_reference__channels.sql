-- grain: one row per channel and week in which the methodology stood so
select
    channel,
    name,
    position,
    week
from {{ landing('reference', 'channels') }}
