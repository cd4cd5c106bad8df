-- grain: one row per scored category of an evaluation, filed under the week of the review
{{ config(materialized='weekly') }}

select
    evaluation_score_id,
    evaluation_id,
    region,
    office_id,
    touchpoint,
    feedback_channel,
    employee_key,
    interaction_id,
    scorecard,
    scorecard_version,
    reviewed_at,
    category,
    weight,
    is_critical,
    score,
    origin,
    week
from {{ ref('int_evaluations') }}
where {{ in_run('week') }}
