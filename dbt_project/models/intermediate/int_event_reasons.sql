-- grain: one row per event that landed in the run, with the reason why no metric counts it
with contacts as (
    select * from {{ ref('fct_interactions') }}
    where {{ in_history('week') }}
),

events as (
    select
        *,
        case
            when event_type in ('solved', 'reopened') then {{ parameter('rr_long_window_days') }}
            else {{ parameter('rr_window_days') }}
        end as window_days
    from {{ ref('int_interaction_events') }}
    where {{ in_run('week') }}
)

select
    events.week,
    contacts.region,
    contacts.office_id,
    events.source,
    case events.source when 'ais' then 'interaction_events' else 'conversation_events' end as entity,
    case
        when contacts.interaction_id is null then 'contact_not_read'
        when contacts.exclusion_reason is not null then contacts.exclusion_reason
        when events.occurred_at > contacts.received_at + interval '1' day * events.window_days then 'outside_window'
        when events.event_type <> 'transferred' then null
        when events.is_automatic then 'automatic'
        when
            events.direction = 'side'
            and events.occurred_at <= contacts.received_at + interval '{{ parameter("misroute_minutes") }}' minute
            then 'misroute'
    end as exclusion_reason,
    -- what is solved and reopened counts under its own week too
    case when events.event_type in ('solved', 'reopened') then events.week else contacts.week end as counted_week
from events
left join contacts  -- left: it may have been received before the weeks that are read
    on events.interaction_id = contacts.interaction_id
