-- grain: one row per interaction, filed under the week in which it was received
{{ config(materialized='weekly') }}

with outcomes as (select * from {{ ref('int_interaction_outcomes') }}),

working_time as (select * from {{ ref('int_working_time') }})

select
    outcomes.interaction_id,
    outcomes.source,
    outcomes.region,
    outcomes.office_id,
    outcomes.journey,
    outcomes.service,
    outcomes.touchpoint,
    outcomes.channel,
    outcomes.client_group,
    outcomes.client_key,
    outcomes.topic,
    outcomes.received_at,
    outcomes.ended_at,
    outcomes.contact_week,
    outcomes.solved_at,
    outcomes.reopened_at,
    outcomes.first_reply_at,
    {{ working_minutes_between('received', 'outcomes.received_at', 'solved', 'outcomes.solved_at') }}
        as solved_working_minutes,
    {{ working_minutes_between('received', 'outcomes.received_at', 'replied', 'outcomes.first_reply_at') }}
        as first_reply_working_minutes,
    {{ is_out_of_hours('received', 'outcomes.received_at') }} as is_out_of_hours,
    outcomes.is_conversation,
    outcomes.is_bot_only,
    outcomes.exclusion_reason,
    outcomes.origin,
    outcomes.week
from outcomes
-- left: a centre may have no schedule, and nothing may have happened yet
left join working_time as received
    on {{ falls_into('received', 'outcomes.office_id', 'outcomes.received_at') }}
left join working_time as solved
    on {{ falls_into('solved', 'outcomes.office_id', 'outcomes.solved_at') }}
left join working_time as replied
    on {{ falls_into('replied', 'outcomes.office_id', 'outcomes.first_reply_at') }}
