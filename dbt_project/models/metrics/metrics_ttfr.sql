-- grain: one row per conversation
select
    week,
    region,
    office_id,
    journey,
    touchpoint,
    channel,
    client_group,
    'ttfr' as metric,
    interaction_id as record_id,
    origin,
    cast(case when first_reply_at is null then 0 else 1 end as double) as numerator,
    cast(1 as double) as denominator,
    {{ minutes_between('received_at', 'first_reply_at') }} as measure,
    coalesce(exclusion_reason, case when is_bot_only then 'bot_only' end) as exclusion_reason
from {{ ref('fct_interactions') }}
where is_conversation
