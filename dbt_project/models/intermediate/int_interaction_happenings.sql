-- grain: one row per interaction received in the run to which something happened within the window
-- later events change nothing, so a week becomes final
with interactions as (
    select
        interaction_id,
        received_at
    from {{ ref('int_interactions') }}
    where {{ in_run('week') }}
),

events as (
    select
        *,
        event_type = 'transferred' and coalesce(not is_automatic, true) as is_hand_over
    from {{ ref('int_interaction_events') }}
    where {{ in_run('week') }}
),

-- a hand-over to the side within minutes mends a wrong routing
happened as (
    select
        events.interaction_id,
        events.event_type,
        events.occurred_at,
        events.direction,
        events.is_hand_over and not (
            coalesce(events.direction, '') = 'side'
            and events.occurred_at <= interactions.received_at + interval '{{ parameter("misroute_minutes") }}' minute
        ) as is_hand_over
    from interactions
    inner join events
        on
            interactions.interaction_id = events.interaction_id
            and events.occurred_at
            <= interactions.received_at + interval '{{ parameter("rr_window_days") }}' day
)

select
    interaction_id,
    min(case when event_type = 'solved' then occurred_at end) as solved_at,
    min(case when event_type = 'reopened' then occurred_at end) as reopened_at,
    min(case when event_type in ('spam', 'test', 'duplicate', 'merged') then event_type end) as exclusion_reason,
    max({{ flag('is_hand_over') }}) = 1 as is_handed_over,
    max({{ flag("is_hand_over and direction = 'up'") }}) = 1 as is_handed_up,
    max({{ flag("is_hand_over and direction = 'side'") }}) = 1 as is_handed_aside
from happened
group by interaction_id
