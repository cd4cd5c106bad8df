-- grain: one row per conversation received in the run that counts, with what the rules of products ask of it
with conversations as (
    select * from {{ ref('fct_interactions') }}
    where {{ in_run('week') }} and is_conversation and exclusion_reason is null
),

messages as (
    select * from {{ ref('stg_contact_centre__messages') }}
    where {{ in_run('week') }} and is_public and author_type in ('staff', 'client')
),

spoken as (
    select
        conversations.interaction_id,
        count(distinct case when messages.author_type = 'staff' then messages.author_key end) as employee_count,
        max({{ flag("messages.author_type = 'client' and messages.sent_at > conversations.first_reply_at") }}) = 1
            as is_client_back
    from conversations
    inner join messages
        on
            conversations.interaction_id = messages.interaction_id
            and messages.sent_at between conversations.received_at
            and conversations.received_at + interval '{{ parameter("reply_window_days") }}' day
    group by conversations.interaction_id
),

hours as (  -- what overlaps counts once
    select
        reference_week,
        office_id,
        open_to,
        greatest(open_from, coalesce(max(open_to) over (
            partition by reference_week, office_id
            order by open_from, open_to rows between unbounded preceding and 1 preceding
        ), open_from)) as open_from
    from {{ ref('int_last_schedule_hours') }}
),

waits as (
    select
        conversations.interaction_id,
        sum({{ microseconds_between(
            'greatest(hours.open_from, conversations.received_at)', 'least(hours.open_to, conversations.first_reply_at)'
        ) }}) as microseconds
    from conversations
    inner join hours
        on
            conversations.office_id = hours.office_id
            and conversations.week = hours.reference_week
            and hours.open_from < conversations.first_reply_at
            and hours.open_to > conversations.received_at
            and hours.open_from < hours.open_to
    group by conversations.interaction_id
)

select
    conversations.interaction_id,
    conversations.week,
    conversations.region,
    conversations.office_id,
    conversations.solved_at is not null and conversations.reopened_at is null as is_closed,
    conversations.first_reply_at,
    conversations.is_bot_only,
    coalesce(spoken.employee_count, 0) as employee_count,
    conversations.staff_messages,
    coalesce(spoken.is_client_back, false) as is_client_back,
    fcr.numerator = 1 as is_fcr,
    conversations.first_reply_working_minutes as all_schedules_minutes,
    case
        when conversations.first_reply_working_minutes is not null
            then cast(coalesce(waits.microseconds, 0) as double) / 60000000
    end as last_schedule_minutes
from conversations
inner join {{ ref('metrics_first_contact') }} as fcr
    on
        conversations.interaction_id = fcr.record_id
        and conversations.week = fcr.week
        and fcr.metric = 'fcr'
        and {{ in_run('fcr.week') }}
left join spoken  -- left: of some nothing is written
    on conversations.interaction_id = spoken.interaction_id
left join waits  -- left: what is answered out of hours has waited for none
    on conversations.interaction_id = waits.interaction_id
