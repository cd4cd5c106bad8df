-- grain: one row per appeal received in the run, with what became of the invitation to the survey
with answers as (  -- a questionnaire sent back with nothing in it is no answer; what was not asked is not here at all
    select distinct
        response_id,
        week
    from {{ ref('stg_survey__answers') }}
    where {{ in_run('week') }} and answer_text is not null
),

answered as (
    select distinct feedback.interaction_id
    from {{ ref('fct_feedback') }} as feedback
    inner join answers
        on feedback.feedback_id = answers.response_id and feedback.week = answers.week
    where
        feedback.source = 'survey'
        and {{ in_run('feedback.week') }}
        and feedback.is_complete
        and feedback.feedback_at
        <= feedback.contact_ended_at + interval '{{ parameter("survey_answer_hours") }}' hour
)

select
    interactions.week,
    interactions.region,
    {% for dimension in dimensions() %}
    interactions.{{ dimension }},
    {% endfor %}
    interactions.interaction_id,
    interactions.ended_at,
    interactions.survey_sent_at,
    interactions.survey_delivered,
    answered.interaction_id is not null as is_answered,
    interactions.exclusion_reason,
    interactions.origin
from {{ ref('fct_interactions') }} as interactions
left join answered  -- left: most are not answered
    on interactions.interaction_id = answered.interaction_id
where interactions.source = 'ais' and {{ in_run('interactions.week') }}
