-- grain: one row per service and week in which the methodology stood so
select
    service,
    name,
    journey,
    is_first_contact,
    position,
    week
from {{ landing('reference', 'services') }}
