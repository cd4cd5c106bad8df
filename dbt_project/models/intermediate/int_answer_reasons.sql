-- grain: one row per answer that landed in the run, with the reason why no metric counts it
-- one that the fact has lost is not here, so the balance shows it
with landed as (
    select * from {{ ref('stg_survey__answers') }}
    where {{ in_run('week') }}
),

responses as (
    select * from {{ ref('stg_survey__responses') }}
    where {{ in_run('week') }}
),

feedback as (
    select * from {{ ref('fct_feedback') }}
    where {{ in_run('week') }}
),

answers as (  -- of contacts that ended before the run too
    select * from {{ ref('fct_survey_answers') }}
    where {{ in_history('week') }}
)

select
    landed.week,
    responses.region,
    responses.office_id,
    'survey' as source,
    'answers' as entity,
    case
        when responses.response_id is null then 'response_not_found'
        when answers.answer_id is null then 'before_first_week'
        -- nothing that stands on no scale can be told from an empty answer but by its words
        when answers.exclusion_reason = 'no_answer' and landed.answer_text is not null then 'free_text'
        else answers.exclusion_reason
    end as exclusion_reason,
    answers.week as counted_week
from landed
left join responses  -- left: it may have been set aside without its answers
    on landed.response_id = responses.response_id and landed.week = responses.week
left join feedback
    on landed.response_id = feedback.feedback_id and landed.week = feedback.week
left join answers
    on landed.answer_id = answers.answer_id
where
    responses.response_id is null
    or answers.answer_id is not null
    or feedback.contact_week < '{{ var("from_week") }}'
