-- grain: one row per client group and week in which the methodology stood so
select
    client_group,
    name,
    position,
    week
from {{ landing('reference', 'client_groups') }}
