-- grain: one row per metric of kind median or quantile, week and cell of a cut that holds at least one measured record
{{ config(materialized='weekly') }}

{% set kinds = ['median', 'quantile'] %}
with measured as (  -- asked for the weeks of the run here: kept rows of other weeks would be read and thrown away
    {% for family in families_of(kinds) %}
    select * from {{ ref(family) }}
    where
        {{ in_run('week') }}
        and metric in ('{{ (metrics_of(true, kinds) + metrics_of(false, kinds)) | join("', '") }}')
        and exclusion_reason is null
        and measure is not null
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

{% for group, lead in [('lead', true), ('variants', false)] %}
{{ group }} as (
    select
        week,
        metric,
        region,
        {{ cut_dimensions(cuts(lead)) }},
        {{ sorted_values('measure') }} as measures,
        count(measure) as n
    from measured
    where metric in ('{{ metrics_of(lead, kinds) | join("', '") }}')
    {{ group_by_cuts(['week', 'metric', 'region'], cuts(lead)) }}
),
{% endfor %}

-- ranks of the order-statistic interval
ranked as (
    select
        *,
        {{ parameter('confidence_z') }} * sqrt(n * quantile * (1 - quantile)) as half_width
    from (
        select
            *,
            {{ quantile_of_metric() }} as quantile
        from (
            select * from lead
            union all
            select * from variants
        ) as cells
    ) as cells
)

select
    week,
    metric,
    region,
    {{ dimensions() | join(',\n    ') }},
    n,
    case
        when quantile = 0.5
            then (
                {{ value_at('measures', 'floor((n + 1) / 2.0)') }} + {{ value_at('measures', 'ceil((n + 1) / 2.0)') }}
            ) / 2
        else {{ value_at('measures', 'greatest(1, ceil(n * quantile))') }}
    end as quantile_value,
    {{ value_at('measures', 'greatest(1, floor(n * quantile - half_width + 0.5))') }} as quantile_low,
    {{ value_at('measures', 'least(n, floor(n * quantile + half_width + 1.5))') }} as quantile_high
from ranked
