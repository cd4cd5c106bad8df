-- grain: one row per metric of kind median, week and cell of a cut that holds at least one measured record
with sorted_cells as (
    select
        week,
        metric,
        region,
        {{ dimensions() | join(',\n        ') }},
        {{ sorted_values('measure') }} as measures,
        count(measure) as n
    from {{ ref('metric_trace') }}
    where {{ in_run('week') }} and exclusion_reason is null and measure is not null
    {{ group_by_cuts() }}
),

-- ranks of the order-statistic interval
ranked as (
    select
        *,
        {{ parameter('confidence_z') }} * sqrt(n) / 2 as half_width
    from sorted_cells
)

select
    week,
    metric,
    region,
    {{ dimensions() | join(',\n    ') }},
    n,
    (
        {{ value_at('measures', 'floor((n + 1) / 2.0)') }} + {{ value_at('measures', 'ceil((n + 1) / 2.0)') }}
    ) / 2 as median,
    {{ value_at('measures', 'greatest(1, floor(n / 2.0 - half_width + 0.5))') }} as median_low,
    {{ value_at('measures', 'least(n, floor(n / 2.0 + half_width + 1.5))') }} as median_high
from ranked
