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

-- one valid answer per contact and question: the first
ranked as (
    select
        *,
        row_number() over (
            partition by
                question,
                coalesce(interaction_id, feedback_id),
                first_reason is null
            order by feedback_at, feedback_id
        ) as answer_number
    from judged
)

select
    answer_id,
    feedback_id,
    interaction_id,
    region,
    {{ dimensions() | join(',\n    ') }},
    question,
    answer_position,
    scale_points,
    feedback_at,
    case when first_reason is null and answer_number > 1 then 'duplicate_answer' else first_reason end
        as exclusion_reason,
    origin,
    metric_week as week
from ranked
where {{ in_run('metric_week') }}
