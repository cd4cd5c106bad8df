-- grain: one row per interaction received in the run, with what became of it within the windows
-- later events change nothing, so a week becomes final
with interactions as (
    select * from {{ ref('int_interactions') }}
    where {{ in_run('week') }}
),

conversations as (select * from {{ ref('int_conversations') }}),

events as (
    select * from {{ ref('int_interaction_events') }}
    where {{ in_run('week') }}
),

outcomes as (
    select
        interactions.interaction_id,
        min(case when events.event_type = 'solved' then events.occurred_at end) as solved_at,
        min(case when events.event_type = 'reopened' then events.occurred_at end) as reopened_at,
        min(
            case when events.event_type in ('spam', 'test', 'duplicate', 'merged') then events.event_type end
        ) as exclusion_reason
    from interactions
    inner join events
        on
            interactions.interaction_id = events.interaction_id
            and events.occurred_at
            <= interactions.received_at + interval '{{ parameter("rr_window_days") }}' day
    group by interactions.interaction_id
)

select
    interactions.*,
    outcomes.solved_at,
    outcomes.reopened_at,
    conversations.first_reply_at,
    conversations.interaction_id is not null as is_conversation,
    coalesce(conversations.is_bot_only, false) as is_bot_only,
    coalesce(
        outcomes.exclusion_reason,
        case when interactions.initiated_by = 'service' then 'service_started' end
    ) as exclusion_reason
from interactions
left join outcomes  -- left: nothing may have happened yet
    on interactions.interaction_id = outcomes.interaction_id
left join conversations
    on interactions.interaction_id = conversations.interaction_id
