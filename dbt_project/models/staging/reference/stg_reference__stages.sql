-- grain: one row per stage of a journey and week in which the methodology stood so
select
    journey,
    stage,
    name,
    position,
    week
from {{ landing('reference', 'stages') }}
