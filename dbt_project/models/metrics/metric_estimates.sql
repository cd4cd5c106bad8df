-- grain: one row per metric, week and cell: the value with its interval, before small numbers are hidden
{{ config(materialized='weekly') }}

{% set keys = ['metric', 'region'] + dimensions() %}
with cells as (
    select
        cells.*,
        hidden.week is not null as is_suppressed
    from {{ ref('metric_cells') }} as cells
    left join {{ ref('metric_hidden_cells') }} as hidden
        on
            cells.week = hidden.week
            {% for key in keys %}
            and cells.{{ key }} is not distinct from hidden.{{ key }}
            {% endfor %}
    where {{ in_run('cells.week') }}
),

weeks as (
    select * from {{ ref('stg_reference__weeks') }}
    where week = '{{ var("run_week") }}'
),

run_week as (select * from weeks where reference_week = '{{ var("run_week") }}')

select
    {% for key in keys %}
    cells.{{ key }},
    {% endfor %}
    cells.kind,
    {{ metric_point() }} as value,
    cells.numerator,
    cells.denominator,
    cast(cells.n as bigint) as n,
    {{ interval_centre() }} as centre,
    {{ interval_error() }} as standard_error,
    cells.quantile_low,
    cells.quantile_high,
    cells.is_suppressed,
    {{ metric_status() }} as status,
    case
        when weeks.week_number + cells.maturity_weeks <= run_week.week_number then 'final'
        else 'provisional'
    end as maturity,
    cells.definition_id,
    cells.definition_version,
    cast('{{ var("as_of") }}' as timestamp) as as_of,
    weeks.week_number,
    cells.week
from cells
inner join weeks
    on cells.week = weeks.reference_week
cross join run_week
