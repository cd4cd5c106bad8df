-- grain: one row per evaluation or scored category that landed in the run, with the reason why no metric counts it
with evaluations as (
    select * from {{ ref('stg_evaluations__evaluations') }}
    where {{ in_run('week') }}
),

scores as (
    select * from {{ ref('stg_evaluations__evaluation_scores') }}
    where {{ in_run('week') }}
)

select
    evaluations.week,
    evaluations.region,
    evaluations.office_id,
    'evaluations' as source,
    'evaluations' as entity,
    case when reviews.evaluation_id is null then 'without_scores' else reviews.exclusion_reason end as exclusion_reason,
    reviews.week as counted_week
from evaluations
left join {{ ref('int_reviews') }} as reviews  -- left: all of its scores may have been set aside
    on evaluations.evaluation_id = reviews.evaluation_id

union all

select
    scores.week,
    evaluations.region,
    evaluations.office_id,
    'evaluations' as source,
    'evaluation_scores' as entity,
    case
        when evaluations.evaluation_id is null then 'evaluation_not_found'
        when scores.score is null then 'not_applicable'
    end as exclusion_reason,
    scores.week as counted_week
from scores
left join evaluations  -- left: it may have been set aside without its scores
    on scores.evaluation_id = evaluations.evaluation_id and scores.week = evaluations.week
