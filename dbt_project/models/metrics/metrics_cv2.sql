-- grain: one row per interaction received
select
    week,
    region,
    office_id,
    journey,
    touchpoint,
    channel,
    client_group,
    'cv2' as metric,
    interaction_id as record_id,
    origin,
    cast(1 as double) as numerator,
    cast(null as double) as denominator,
    cast(null as double) as measure,
    exclusion_reason as exclusion_reason
from {{ ref('fct_interactions') }}
