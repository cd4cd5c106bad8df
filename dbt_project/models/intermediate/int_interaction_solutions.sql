-- grain: one row per interaction of the last weeks that was solved or reopened within 30 days of its receipt
-- a table: it looks through the weeks of their history, and two families of metrics read it
{{ config(materialized='table') }}

with interactions as (
    select
        interaction_id,
        received_at
    from {{ ref('fct_interactions') }}
    where {{ in_history('week') }}
),

events as (
    select * from {{ ref('int_interaction_events') }}
    where {{ in_history('week') }} and event_type in ('solved', 'reopened')
)

select
    interactions.interaction_id,
    min(case when events.event_type = 'solved' then events.occurred_at end) as solved_at,
    min(case when events.event_type = 'solved' then events.week end) as solved_week,
    min(case when events.event_type = 'reopened' then events.occurred_at end) as reopened_at
from interactions
inner join events
    on
        interactions.interaction_id = events.interaction_id
        and events.occurred_at <= interactions.received_at + interval '{{ parameter("rr_long_window_days") }}' day
group by interactions.interaction_id
