-- grain: one row per interaction received
-- solved within the window and not reopened by its end
select
    week,
    region,
    office_id,
    journey,
    touchpoint,
    channel,
    client_group,
    'rr' as metric,
    interaction_id as record_id,
    origin,
    cast(case when solved_at is not null and reopened_at is null then 1 else 0 end as double) as numerator,
    cast(1 as double) as denominator,
    cast(null as double) as measure,
    exclusion_reason as exclusion_reason
from {{ ref('fct_interactions') }}
