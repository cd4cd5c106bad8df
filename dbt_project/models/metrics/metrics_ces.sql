-- grain: one row per answer to the question of effort
-- above the middle of the scale +1, below it −1, the middle 0 (it stays in the denominator)
select
    week,
    region,
    office_id,
    journey,
    touchpoint,
    channel,
    client_group,
    'ces' as metric,
    answer_id as record_id,
    origin,
    cast(sign(2 * (answer_position - 1) - (scale_points - 1)) as double) as numerator,
    cast(1 as double) as denominator,
    cast(null as double) as measure,
    exclusion_reason as exclusion_reason
from {{ ref('fct_survey_answers') }}
where question = 'ces'
