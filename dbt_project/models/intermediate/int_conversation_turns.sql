-- grain: one row per turn: a run of public messages of one side of a conversation, within the window after its receipt
with conversations as (
    select
        interaction_id,
        received_at
    from {{ ref('stg_contact_centre__conversations') }}
    where {{ in_run('week') }}
),

messages as (
    select
        interaction_id,
        message_id,
        author_type,
        sent_at
    from {{ ref('stg_contact_centre__messages') }}
    where {{ in_run('week') }} and is_public and author_type <> 'auto'
),

ordered as (
    select
        messages.*,
        row_number() over (partition by messages.interaction_id order by sent_at, message_id)
        - row_number() over (partition by messages.interaction_id, author_type order by sent_at, message_id)
            as run_number
    from messages
    inner join conversations
        on
            messages.interaction_id = conversations.interaction_id
            and messages.sent_at between conversations.received_at
            and conversations.received_at + interval '{{ parameter("reply_window_days") }}' day
)

select
    interaction_id,
    author_type,
    min(sent_at) as started_at,
    max(sent_at) as ended_at,
    count(*) as message_count
from ordered
group by interaction_id, author_type, run_number
