-- grain: one row per journey and week in which the methodology stood so
select
    journey,
    name,
    position,
    week
from {{ landing('reference', 'journeys') }}
