-- grain: one row per KPI of a set, region and week in which its corridor holds
with corridors as (
    select * from {{ ref('stg_reference__kpi_corridors') }}
    where week = '{{ var("run_week") }}'
),

weeks as (
    select * from {{ ref('stg_reference__weeks') }}
    where week = '{{ var("run_week") }}'
),

regions as (select distinct region from {{ ref('dim_office') }}),

-- of whole groups, and of their segments
group_values as (
    select * from {{ ref('metric_values') }}
    where
        {{ in_run('week') }}
        and client_group is not null
        and coalesce({{ dimensions() | reject('in', ['client_group', 'segment']) | join(', ') }}) is null
),

placed as (
    select
        weeks.reference_week as week,
        regions.region,
        {% for column in ['kpi_set', 'client_group', 'segment', 'kpi', 'name', 'kpi_rank', 'metric', 'owner',
            'lower_bound', 'upper_bound', 'better', 'act'] %}
        corridors.{{ column }},
        {% endfor %}
        group_values.value,
        group_values.n,
        group_values.ci_low,
        group_values.ci_high,
        coalesce(group_values.status, 'no_data') as status,
        group_values.maturity
    from corridors
    inner join weeks
        on
            corridors.valid_from <= weeks.starts_on
            and coalesce(corridors.valid_to >= weeks.ends_on, true)
    cross join regions
    left join group_values  -- left: there may be nothing to measure it by
        on
            weeks.reference_week = group_values.week
            and regions.region = group_values.region
            and corridors.metric = group_values.metric
            and corridors.client_group = group_values.client_group
            and corridors.segment is not distinct from group_values.segment
    where {{ in_run('weeks.reference_week') }}
)

select
    *,
    case
        when value < lower_bound then value - lower_bound
        when value > upper_bound then value - upper_bound
        when value is not null then 0
    end as distance,
    case
        when status in ('weak', 'hidden') then 'weak'
        when value is null then 'no_data'
        when ci_low < lower_bound and ci_high > lower_bound then 'uncertain'
        when ci_low < upper_bound and ci_high > upper_bound then 'uncertain'
        when value < lower_bound then 'below'
        when value > upper_bound then 'above'
        else 'within'
    end as verdict
from placed
