-- The denominators and counts of centres, and of records of no known centre, sum to those of their region.
with parts as (
    select
        week,
        metric,
        region,
        sum(case when office_id is null then n else 0 end) as region_n,
        sum(case when office_id is not null then n else 0 end) as offices_n
    from {{ ref('metric_estimates') }}
    where
        {{ in_run('week') }}
        and coalesce({{ dimensions() | reject('equalto', 'office_id') | join(', ') }}) is null
    group by week, metric, region
),

placeless as (
    select
        trace.week,
        trace.metric,
        trace.region,
        sum(
            case
                when metrics.kind = 'count' then trace.numerator
                when metrics.kind not in ('median', 'quantile') then trace.denominator
                when trace.measure is not null then 1
                else 0
            end
        ) as n
    from {{ ref('metric_trace') }} as trace
    inner join {{ ref('dim_metric') }} as metrics
        on trace.metric = metrics.metric
    where {{ in_run('trace.week') }} and trace.exclusion_reason is null and trace.office_id is null
    group by trace.week, trace.metric, trace.region
)

select
    parts.week,
    parts.metric,
    parts.region,
    parts.region_n,
    parts.offices_n
from parts
left join placeless
    on parts.week = placeless.week and parts.metric = placeless.metric and parts.region = placeless.region
where parts.region_n <> parts.offices_n + coalesce(placeless.n, 0)
