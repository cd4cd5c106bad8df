-- grain: one row per answer to one question, filed under the week of the contact (late ones: of the answer)
{{ config(materialized='weekly') }}

with feedback as (
    select
        *,
        contact_ended_at is not null and (
            invited_at > contact_ended_at + interval '{{ parameter("survey_invite_hours") }}' hour
            or feedback_at > contact_ended_at + interval '{{ parameter("survey_answer_hours") }}' hour
        ) as is_late
    from {{ ref('fct_feedback') }}
    where source = 'survey' and {{ in_run('week') }}
),

answers as (
    select * from {{ ref('int_survey_answers') }}
    where {{ in_run('week') }}
),

judged as (
    select
        answers.answer_id,
        answers.question,
        answers.answer_position,
        answers.scale_points,
        feedback.*,
        case
            when feedback.is_late or feedback.contact_ended_at is null then feedback.week
            else feedback.contact_week
        end as metric_week,
        case
            when not feedback.is_complete then 'incomplete'
            when answers.answer_position is null then 'no_answer'
            when feedback.is_late then 'late'
        end as first_reason
    from answers
    inner join feedback
        on answers.feedback_id = feedback.feedback_id
),

-- scales of different length are not pooled: where a week has several, that of the newest answer counts
scales as (
    select
        metric_week,
        region,
        question,
        max_by(scale_points, feedback_at) as scale_points
    from judged
    where first_reason is null
    group by metric_week, region, question
    having min(scale_points) < max(scale_points)
),

-- one valid answer per contact and question: the first; most contacts have one response, whose answers need no order
doubled as (
    select coalesce(interaction_id, feedback_id) as contact
    from feedback
    group by coalesce(interaction_id, feedback_id)
    having count(*) > 1
),

ranked as (
    select
        judged.answer_id,
        row_number() over (
            partition by judged.question, doubled.contact, judged.first_reason is null
            order by judged.feedback_at, judged.feedback_id
        ) as answer_number
    from judged
    inner join doubled on coalesce(judged.interaction_id, judged.feedback_id) = doubled.contact
)

select
    judged.answer_id,
    judged.feedback_id,
    judged.interaction_id,
    judged.region,
    judged.{{ dimensions() | join(',\n    judged.') }},
    judged.question,
    judged.answer_position,
    judged.scale_points,
    judged.feedback_at,
    case
        when judged.first_reason is null and judged.scale_points <> scales.scale_points then 'other_scale'
        when judged.first_reason is null and ranked.answer_number > 1 then 'duplicate_answer'
        else judged.first_reason
    end as exclusion_reason,
    judged.origin,
    judged.metric_week as week
from judged
left join ranked  -- left: of contacts with one response
    on judged.answer_id = ranked.answer_id
left join scales  -- left: of weeks with one scale
    on
        judged.metric_week = scales.metric_week
        and judged.region is not distinct from scales.region
        and judged.question = scales.question
where {{ in_run('judged.metric_week') }}
