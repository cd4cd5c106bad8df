-- grain: one row per message that landed in the run, with the reason why no metric counts it
with contacts as (
    select * from {{ ref('fct_interactions') }}
    where {{ in_history('week') }} and is_conversation
),

messages as (
    select * from {{ ref('stg_contact_centre__messages') }}
    where {{ in_run('week') }}
),

reopenings as (
    select * from {{ ref('stg_contact_centre__conversation_events') }}
    where {{ in_history('week') }} and event_type = 'reopened'
),

replies as (  -- what may be the answer to a reopening counts whenever its conversation began
    select
        messages.message_id,
        max(reopenings.week) as reopening_week
    from messages
    inner join reopenings
        on
            messages.interaction_id = reopenings.interaction_id
            and messages.sent_at > reopenings.occurred_at
            and messages.sent_at
            <= reopenings.occurred_at + interval '{{ parameter("reply_window_days") }}' day
    where messages.author_type = 'staff'
    group by messages.message_id
)

select
    messages.week,
    contacts.region,
    contacts.office_id,
    'contact_centre' as source,
    'messages' as entity,
    case
        when contacts.interaction_id is null then 'contact_not_read'
        when contacts.exclusion_reason is not null then contacts.exclusion_reason
        when not messages.is_public then 'not_public'
        when messages.author_type = 'auto' then 'automatic'
        when messages.author_type = 'bot' then 'bot'
        when
            replies.message_id is null and not messages.sent_at between contacts.received_at
            and contacts.received_at + interval '{{ parameter("reply_window_days") }}' day
            then 'outside_window'
    end as exclusion_reason,
    greatest(contacts.week, coalesce(replies.reopening_week, contacts.week)) as counted_week
from messages
left join contacts  -- left: it may have begun before the weeks that are read
    on messages.interaction_id = contacts.interaction_id
left join replies  -- left: most answer no reopening
    on messages.message_id = replies.message_id
