-- grain: one row per evaluation, filed under the week of the review
with reviews as (
    select
        evaluation_id,
        min(week) as week,
        min(region) as region,
        min(office_id) as office_id,
        min(touchpoint) as touchpoint,
        min(feedback_channel) as feedback_channel,
        min(origin) as origin,
        -- as decimals: the sum of fractions as doubles depends on their order
        cast(sum(cast(weight * score as decimal(38, 12))) as double)
        / nullif(cast(sum(cast(case when score is not null then weight end as decimal(38, 12))) as double), 0)
            as weighted_share,
        max({{ flag('is_critical and score < ' ~ parameter('critical_category_below')) }}) = 1 as is_failed
    from {{ ref('fct_evaluations') }}
    where {{ in_run('week') }}
    group by evaluation_id
)

select
    evaluation_id,
    region,
    office_id,
    touchpoint,
    case when is_failed then 0 else 100 * weighted_share end as review_score,
    case
        when feedback_channel is not null then 'not_internal'  -- a mystery shopper judges the service from outside
        when weighted_share is null then 'nothing_rated'
    end as exclusion_reason,
    origin,
    week
from reviews
