-- grain: one row per piece of feedback
select
    week,
    region,
    office_id,
    journey,
    cast(null as string) as touchpoint,
    cast(null as string) as channel,
    client_group,
    'link_rate' as metric,
    feedback_id as record_id,
    origin,
    cast(case when touchpoint is null then 0 else 1 end as double) as numerator,
    cast(1 as double) as denominator,
    cast(null as double) as measure,
    exclusion_reason as exclusion_reason
from {{ ref('fct_feedback') }}
