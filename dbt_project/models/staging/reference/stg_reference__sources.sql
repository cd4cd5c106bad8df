-- grain: one row per source and week in which the methodology stood so
select
    source,
    name,
    position,
    week
from {{ landing('reference', 'sources') }}
