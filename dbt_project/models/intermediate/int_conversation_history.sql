-- grain: one row per conversation received in the run or in its history: things may still happen to it in the run
-- one that began earlier is left out: its landing is not read, so that a week costs the same after years
with conversations as (
    select * from {{ ref('int_interactions') }}
    where source = 'contact_centre' and {{ in_history('week') }}
),

events as (
    select * from {{ ref('stg_contact_centre__conversation_events') }}
    where {{ in_history('week') }} and event_type in ('spam', 'test', 'duplicate', 'merged')
),

exclusions as (
    select
        conversations.interaction_id,
        min(events.event_type) as exclusion_reason
    from conversations
    inner join events
        on
            conversations.interaction_id = events.interaction_id
            and events.occurred_at
            <= conversations.received_at + interval '{{ parameter("rr_window_days") }}' day
    group by conversations.interaction_id
)

select
    conversations.interaction_id,
    conversations.region,
    {% for dimension in dimensions() %}
    conversations.{{ dimension }},
    {% endfor %}
    conversations.received_at,
    coalesce(
        exclusions.exclusion_reason,
        case when conversations.initiated_by = 'service' then 'service_started' end
    ) as exclusion_reason
from conversations
left join exclusions  -- left: few are excluded
    on conversations.interaction_id = exclusions.interaction_id
