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
    outcomes.stage,
    outcomes.service,
    outcomes.is_first_contact,
    outcomes.touchpoint,
    outcomes.channel,
    outcomes.client_group,
    outcomes.segment,
    outcomes.client_key,
    outcomes.topic,
    outcomes.received_at,
    outcomes.ended_at,
    outcomes.contact_week,
    outcomes.solved_at,
    outcomes.reopened_at,
    outcomes.is_handed_over,
    outcomes.is_handed_up,
    outcomes.is_handed_aside,
    outcomes.client_key is not null and outcomes.topic is not null and count(*) over (
        partition by outcomes.client_key, outcomes.topic, outcomes.exclusion_reason is null
        order by outcomes.received_at
        range between interval '1' second following
        and interval '{{ 24 * 60 * 60 * (parameter("repeat_window_days") | int) }}' second following
    ) > 0 as is_repeated,
    outcomes.first_reply_at,
    {{ working_minutes_between('received', 'outcomes.received_at', 'solved', 'outcomes.solved_at') }}
        as solved_working_minutes,
    {{ working_minutes_between('received', 'outcomes.received_at', 'replied', 'outcomes.first_reply_at') }}
        as first_reply_working_minutes,
    {{ is_out_of_hours('received', 'outcomes.received_at') }} as is_out_of_hours,
    outcomes.is_conversation,
    outcomes.is_bot_only,
    outcomes.staff_turns,
    outcomes.staff_messages,
    outcomes.client_turns,
    outcomes.called_at,
    outcomes.is_no_show,
    outcomes.survey_sent_at,
    outcomes.survey_delivered,
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
