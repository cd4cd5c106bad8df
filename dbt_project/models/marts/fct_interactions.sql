-- grain: one row per interaction, filed under the week in which it was received
{{ config(materialized='weekly') }}

with interactions as (
    select * from {{ ref('int_interactions') }}
    where {{ in_run('week') }}
),

joined as (
    select
        interactions.*,
        outcomes.solved_at,
        outcomes.reopened_at,
        coalesce(outcomes.is_handed_over, false) as is_handed_over,
        coalesce(outcomes.is_handed_up, false) as is_handed_up,
        coalesce(outcomes.is_handed_aside, false) as is_handed_aside,
        conversations.first_reply_at,
        conversations.interaction_id is not null as is_conversation,
        coalesce(conversations.is_bot_only, false) as is_bot_only,
        -- a call or a visit is one turn of each side
        case when conversations.interaction_id is null then 1 else coalesce(counts.staff_turns, 0) end as staff_turns,
        case when conversations.interaction_id is null then 1 else coalesce(counts.staff_messages, 0) end
            as staff_messages,
        case when conversations.interaction_id is null then 1 else coalesce(counts.client_turns, 0) end
            as client_turns,
        coalesce(
            outcomes.exclusion_reason,
            case when interactions.initiated_by = 'service' then 'service_started' end
        ) as exclusion_reason
    from interactions
    left join {{ ref('int_interaction_outcomes') }} as outcomes  -- left: nothing may have happened yet
        on interactions.interaction_id = outcomes.interaction_id
    left join {{ ref('int_conversations') }} as conversations
        on interactions.interaction_id = conversations.interaction_id
    left join {{ ref('int_conversation_counts') }} as counts
        on interactions.interaction_id = counts.interaction_id
)

select
    interaction_id,
    source,
    region,
    office_id,
    journey,
    service,
    is_first_contact,
    touchpoint,
    channel,
    client_group,
    client_key,
    topic,
    received_at,
    ended_at,
    contact_week,
    solved_at,
    reopened_at,
    is_handed_over,
    is_handed_up,
    is_handed_aside,
    client_key is not null and topic is not null and count(*) over (
        partition by client_key, topic, exclusion_reason is null
        order by received_at
        range between interval '1' second following
        and interval '{{ parameter("repeat_window_days") }}' day following
    ) > 0 as is_repeated,
    first_reply_at,
    is_conversation,
    is_bot_only,
    staff_turns,
    staff_messages,
    client_turns,
    called_at,
    is_no_show,
    survey_sent_at,
    survey_delivered,
    exclusion_reason,
    origin,
    week
from joined
