-- grain: one row per answer to one question of a response
select
    record_id as answer_id,
    response_id,
    question,
    question_text,
    answer_text,
    answer_position,
    scale_points,
    week,
    origin
from {{ landing('survey', 'answers') }}
