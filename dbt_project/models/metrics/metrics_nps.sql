-- grain: one row per answer to the question of recommendation
select
    week,
    region,
    office_id,
    journey,
    touchpoint,
    channel,
    client_group,
    'nps' as metric,
    answer_id as record_id,
    origin,
    cast(
        case
            when answer_position >= {{ parameter('nps_promoter_from') }} then 1
            when answer_position <= {{ parameter('nps_detractor_to') }} then -1
            else 0
        end as double
    ) as numerator,
    cast(1 as double) as denominator,
    cast(null as double) as measure,
    exclusion_reason as exclusion_reason
from {{ ref('fct_survey_answers') }}
where question = 'nps'
