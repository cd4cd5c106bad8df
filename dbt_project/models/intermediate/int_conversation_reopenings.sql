-- grain: one row per reopening of a conversation, filed under the week in which it happened
-- kept: it looks through the weeks of its history, and four models read it
{{ config(materialized='weekly') }}

with reopenings as (
    select * from {{ ref('stg_contact_centre__conversation_events') }}
    where event_type = 'reopened' and {{ in_run('week') }}
),

staff_messages as (
    select * from {{ ref('stg_contact_centre__messages') }}
    where {{ in_run('week') }} and author_type = 'staff' and is_public
),

replies as (
    select
        reopenings.event_id,
        min(staff_messages.sent_at) as next_reply_at
    from reopenings
    inner join staff_messages
        on
            reopenings.interaction_id = staff_messages.interaction_id
            and staff_messages.sent_at > reopenings.occurred_at
            and staff_messages.sent_at
            <= reopenings.occurred_at + interval '{{ parameter("reply_window_days") }}' day
    group by reopenings.event_id
),

conversations as (select * from {{ ref('int_conversation_history') }}),

working_time as (select * from {{ ref('int_working_time') }})

select
    reopenings.event_id,
    reopenings.interaction_id,
    reopenings.week,
    conversations.region,
    {% for dimension in dimensions() %}
    conversations.{{ dimension }},
    {% endfor %}
    reopenings.occurred_at,
    replies.next_reply_at,
    {{ working_minutes_between('reopened', 'reopenings.occurred_at', 'replied', 'replies.next_reply_at') }}
        as next_reply_working_minutes,
    conversations.exclusion_reason,
    reopenings.origin
from reopenings
inner join conversations
    on
        reopenings.interaction_id = conversations.interaction_id
        and reopenings.occurred_at
        <= conversations.received_at + interval '{{ parameter("history_days") }}' day
left join replies on reopenings.event_id = replies.event_id  -- left: nobody may have answered
left join working_time as reopened  -- left: the centre may have no schedule
    on {{ falls_into('reopened', 'conversations.office_id', 'reopenings.occurred_at') }}
left join working_time as replied
    on {{ falls_into('replied', 'conversations.office_id', 'replies.next_reply_at') }}
