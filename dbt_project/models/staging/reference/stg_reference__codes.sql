-- grain: one row per code of a dictionary and week in which the methodology stood so
select
    dictionary,
    code,
    name,
    position,
    week
from {{ landing('reference', 'codes') }}
