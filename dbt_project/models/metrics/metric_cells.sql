-- grain: one row per metric, week and cell: parts, quantile and whether a source is missing
{% set keys = ['week', 'metric', 'region'] + dimensions() %}
with cells as (
    select
        {{ keys | join(',\n        ') }}
    from {{ ref('metric_sums') }}
    union
    select
        week,
        metric,
        region,
        {% for dimension in dimensions() %}
        {{ 'cast(null as string) as ' if dimension not in ['office_id', 'touchpoint'] }}{{ dimension }}{{ ',' if not loop.last }}
        {% endfor %}
    from {{ ref('metric_spine') }}
),

missing as (select * from {{ ref('metric_missing_sources') }}),

-- a gap of one centre is a gap of everything wider: of its region, and of all centres' touchpoints
gaps as (
    select distinct
        week,
        metric,
        region,
        cast(null as string) as office_id
    from missing
    union
    select
        week,
        metric,
        region,
        office_id
    from missing
)

select
    {% for key in keys %}
    cells.{{ key }},
    {% endfor %}
    metrics.kind,
    metrics.is_survey,
    metrics.maturity_weeks,
    metrics.definition_id,
    metrics.definition_version,
    coalesce(sums.numerator, 0) as numerator,
    coalesce(sums.squares, 0) as squares,
    case when metrics.kind <> 'count' then coalesce(sums.denominator, 0) end as denominator,
    case
        when metrics.kind in ('median', 'quantile') then coalesce(quantiles.n, 0)
        when metrics.kind = 'count' then coalesce(sums.numerator, 0)
        else coalesce(sums.denominator, 0)
    end as n,
    quantiles.quantile_value,
    quantiles.quantile_low,
    quantiles.quantile_high,
    whole.week is not null or gaps.week is not null as is_source_missing
from cells
inner join {{ ref('dim_metric') }} as metrics
    on cells.metric = metrics.metric
{% for relation in ['sums', 'quantiles'] %}
left join {{ ref('metric_' ~ relation) }} as {{ relation }}
    on
        {% for key in keys %}
        cells.{{ key }} is not distinct from {{ relation }}.{{ key }}{{ ' and' if not loop.last }}
        {% endfor %}
{% endfor %}
left join gaps as whole
    on cells.week = whole.week and cells.metric = whole.metric and whole.region is null
left join gaps
    on
        cells.week = gaps.week
        and cells.metric = gaps.metric
        and cells.region = gaps.region
        and cells.office_id is not distinct from gaps.office_id
