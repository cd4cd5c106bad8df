-- grain: one row per week, centre, source, way of linking and reason of not linking
select
    week,
    region,
    office_id,
    source,
    link_method,
    unlinked_reason,
    count(*) as feedback_count
from {{ ref('fct_feedback') }}
where exclusion_reason is null
group by
    week,
    region,
    office_id,
    source,
    link_method,
    unlinked_reason
