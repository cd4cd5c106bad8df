-- grain: one row per touchpoint and week in which the methodology stood so
select
    touchpoint,
    name,
    position,
    week
from {{ landing('reference', 'touchpoints') }}
