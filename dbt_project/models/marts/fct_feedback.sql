-- grain: one row per piece of feedback, filed under the week in which it was given, with its touchpoint
{{ config(materialized='weekly') }}

with feedback as (
    select * from {{ ref('int_feedback') }}
    where {{ in_run('week') }}
),

interactions as (
    select * from {{ ref('fct_interactions') }}
    where week <= '{{ var("run_week") }}'
),

labels as (
    select * from {{ ref('stg_text__labels') }}
    where {{ in_run('week') }}
),

joined as (
    select
        feedback.feedback_id,
        feedback.source,
        feedback.region,
        coalesce(interactions.office_id, feedback.office_id) as office_id,
        interactions.journey,
        coalesce(feedback.touchpoint, interactions.touchpoint, labels.touchpoint) as touchpoint,
        interactions.channel,
        coalesce(interactions.client_group, feedback.client_group) as client_group,
        interactions.segment,
        interactions.interaction_id,
        interactions.ended_at as contact_ended_at,
        interactions.contact_week,
        feedback.feedback_at,
        feedback.invited_at,
        feedback.is_complete,
        case
            when feedback.touchpoint is not null then 'code'
            when interactions.touchpoint is not null then 'interaction'
            when labels.touchpoint is not null then 'text'
        end as link_method,
        case
            when coalesce(feedback.touchpoint, interactions.touchpoint, labels.touchpoint) is not null then null
            when feedback.touchpoint_code is not null then 'unknown_code'
            when interactions.interaction_id is not null then 'interaction_without_touchpoint'
            when feedback.interaction_id is not null then 'interaction_not_found'
            when labels.feedback_id is not null then 'text_names_none'
            else 'no_code'
        end as unlinked_reason,
        labels.tone,
        labels.decided_by,
        feedback.exclusion_reason,
        feedback.origin,
        feedback.week
    from feedback
    left join interactions  -- left: most feedback follows no interaction that is known
        on
            feedback.interaction_id = interactions.interaction_id
            and interactions.received_at
            >= feedback.feedback_at - interval '{{ parameter("link_window_days") }}' day
    left join labels  -- left: not all feedback has a text
        on
            feedback.feedback_id = labels.feedback_id
            and feedback.week = labels.week
)

select
    joined.*,
    stages.stage
from joined
left join {{ ref('stg_reference__stage_touchpoints') }} as stages  -- left: most feedback is of no known journey
    on
        joined.journey = stages.journey
        and joined.touchpoint = stages.touchpoint
        and joined.week = stages.week
