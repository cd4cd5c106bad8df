-- grain: one row per interaction received in the run, with what became of it within the windows
with interactions as (
    select * from {{ ref('int_interactions') }}
    where {{ in_run('week') }}
),

happenings as (select * from {{ ref('int_interaction_happenings') }}),

conversations as (select * from {{ ref('int_conversations') }})

select
    interactions.*,
    happenings.solved_at,
    happenings.reopened_at,
    coalesce(happenings.is_handed_over, false) as is_handed_over,
    coalesce(happenings.is_handed_up, false) as is_handed_up,
    coalesce(happenings.is_handed_aside, false) as is_handed_aside,
    conversations.first_reply_at,
    conversations.interaction_id is not null as is_conversation,
    coalesce(conversations.is_bot_only, false) as is_bot_only,
    {% for count in ['staff_turns', 'staff_messages', 'client_turns'] %}
    -- a call or a visit is one turn of each side
    case when conversations.interaction_id is null then 1 else coalesce(counts.{{ count }}, 0) end as {{ count }},
    {% endfor %}
    coalesce(
        happenings.exclusion_reason,
        case when interactions.initiated_by = 'service' then 'service_started' end
    ) as exclusion_reason
from interactions
left join happenings  -- left: nothing may have happened yet
    on interactions.interaction_id = happenings.interaction_id
left join conversations
    on interactions.interaction_id = conversations.interaction_id
left join {{ ref('int_conversation_counts') }} as counts
    on interactions.interaction_id = counts.interaction_id
