-- grain: one row per metric, week and cell of a cut that holds at least one counted record
with cells as (
    select
        week,
        metric,
        region,
        {{ dimensions() | join(',\n        ') }},
        sum(numerator) as numerator,
        sum(abs(numerator)) as numerator_size,
        sum(denominator) as denominator
    from {{ ref('metric_trace') }}
    where {{ in_run('week') }} and exclusion_reason is null
    group by
        week,
        metric,
        region,
        {{ dimensions() | join(',\n        ') }}
)

select
    week,
    metric,
    region,
    {{ dimensions() | join(',\n    ') }},
    sum(numerator) as numerator,
    sum(numerator_size) as numerator_size,
    sum(denominator) as denominator
from cells
{{ group_by_cuts() }}
