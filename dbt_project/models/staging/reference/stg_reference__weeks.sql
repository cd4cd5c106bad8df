-- grain: one row per ISO week and week in which the list landed
select
    reference_week,
    week_number,
    starts_on,
    ends_on,
    week
from {{ landing('reference', 'weeks') }}
