-- grain: one row per appeal received in the run, with what became of the invitation to the survey
with answered as (
    select distinct interaction_id
    from {{ ref('fct_feedback') }}
    where
        source = 'survey'
        and {{ in_run('week') }}
        and is_complete
        and feedback_at <= contact_ended_at + interval '{{ parameter("survey_answer_hours") }}' hour
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
