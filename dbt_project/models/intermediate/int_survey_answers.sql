-- grain: one row per answer to one question of a survey response
select
    answer_id,
    response_id as feedback_id,
    question,
    answer_position,
    scale_points,
    week,
    origin
from {{ ref('stg_survey__answers') }}
