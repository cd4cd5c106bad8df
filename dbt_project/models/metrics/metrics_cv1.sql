-- grain: one row per review or post
select
    week,
    region,
    office_id,
    journey,
    cast(null as string) as touchpoint,
    cast(null as string) as channel,
    client_group,
    'cv1' as metric,
    feedback_id as record_id,
    origin,
    cast(1 as double) as numerator,
    cast(null as double) as denominator,
    cast(null as double) as measure,
    exclusion_reason as exclusion_reason
from {{ ref('fct_feedback') }}
where source in ('two_gis', 'vk')
