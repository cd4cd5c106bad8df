-- grain: one row per conversation received in the run, with how often each side spoke within the window
with conversations as (
    select
        interaction_id,
        received_at
    from {{ ref('stg_contact_centre__conversations') }}
    where {{ in_run('week') }}
),

messages as (
    select
        conversations.interaction_id,
        messages.author_type,
        lag(messages.author_type) over (
            partition by conversations.interaction_id
            order by messages.sent_at, messages.message_id
        ) as previous_author_type
    from conversations
    inner join {{ ref('stg_contact_centre__messages') }} as messages
        on
            conversations.interaction_id = messages.interaction_id
            and messages.sent_at between conversations.received_at
            and conversations.received_at + interval '{{ parameter("reply_window_days") }}' day
    where {{ in_run('messages.week') }} and messages.is_public and messages.author_type <> 'auto'
)

select
    interaction_id,
    sum({{ flag("author_type = 'staff'") }}) as staff_messages,
    sum({{ flag("author_type = 'staff' and previous_author_type is distinct from 'staff'") }}) as staff_turns,
    sum({{ flag("author_type = 'client' and previous_author_type is distinct from 'client'") }}) as client_turns
from messages
group by interaction_id
