-- grain: one row per scored category of an evaluation
with evaluations as (select * from {{ ref('stg_evaluations__evaluations') }}),

scores as (select * from {{ ref('stg_evaluations__evaluation_scores') }})

select
    scores.evaluation_score_id,
    scores.evaluation_id,
    evaluations.week,
    evaluations.region,
    evaluations.office_id,
    evaluations.touchpoint,
    evaluations.feedback_channel,
    evaluations.employee_key,
    evaluations.interaction_id,
    evaluations.scorecard,
    evaluations.scorecard_version,
    evaluations.reviewed_at,
    scores.category,
    scores.weight,
    scores.is_critical,
    scores.score,
    scores.origin
from scores
inner join evaluations
    on scores.evaluation_id = evaluations.evaluation_id
