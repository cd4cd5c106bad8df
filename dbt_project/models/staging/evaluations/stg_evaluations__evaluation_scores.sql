-- grain: one row per scored category of an evaluation
select
    record_id as evaluation_score_id,
    evaluation_id,
    category,
    weight,
    is_critical,
    score,
    week,
    origin
from {{ landing('evaluations', 'evaluation_scores') }}
