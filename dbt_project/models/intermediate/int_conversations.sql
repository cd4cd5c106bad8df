-- grain: one row per conversation received in the run, with its first human reply
with conversations as (
    select
        interaction_id,
        channel,
        received_at
    from {{ ref('stg_contact_centre__conversations') }}
    where {{ in_run('week') }}
),

staff_messages as (
    select
        interaction_id,
        sent_at
    from {{ ref('stg_contact_centre__messages') }}
    where {{ in_run('week') }} and author_type = 'staff' and is_public
),

replies as (
    select
        conversations.interaction_id,
        min(staff_messages.sent_at) as first_reply_at
    from conversations
    inner join staff_messages
        on
            conversations.interaction_id = staff_messages.interaction_id
            and staff_messages.sent_at >= conversations.received_at
            and staff_messages.sent_at
            <= conversations.received_at + interval '{{ parameter("reply_window_days") }}' day
    group by conversations.interaction_id
)

select
    conversations.interaction_id,
    replies.first_reply_at,
    conversations.channel = 'bot' and replies.first_reply_at is null as is_bot_only
from conversations
left join replies  -- left: unanswered conversations stay
    on conversations.interaction_id = replies.interaction_id
