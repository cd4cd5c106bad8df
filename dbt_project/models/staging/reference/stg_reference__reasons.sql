-- grain: one row per reason of dissatisfaction, judgement of it, and week in which the methodology stood so
select
    reason,
    name,
    criticality,
    reasons_version,
    valid_from,
    position,
    week
from {{ landing('reference', 'reasons') }}
