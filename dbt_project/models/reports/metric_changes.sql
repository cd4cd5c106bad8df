-- grain: one row per metric, week and cell that has a value in this week and in the one before
-- both of the same maturity: a value that still grows is compared with the week before as it was at that age
{% set keys = ['metric', 'region'] + dimensions() %}
{% set columns = keys + ['week_number', 'maturity', 'value', 'centre', 'standard_error'] %}
with estimates as (
    select * from {{ ref('metric_estimates') }}
    where status in ('ok', 'weak')
),

compared as (
    select
        {{ columns | join(',\n        ') }}
    from estimates
    where maturity = 'final'
    union all
    select
        {{ columns | join(',\n        ') }}
    from {{ ref('metric_first_estimates') }}
    where status in ('ok', 'weak') and maturity = 'provisional'
),

pairs as (
    select
        this_week.week,
        {% for key in keys %}
        this_week.{{ key }},
        {% endfor %}
        this_week.kind,
        this_week.value,
        last_week.value as previous_value,
        this_week.value - last_week.value as change,
        this_week.centre - last_week.centre as centre_change,
        sqrt(
            this_week.standard_error * this_week.standard_error
            + last_week.standard_error * last_week.standard_error
        ) as standard_error
    from estimates as this_week
    inner join compared as last_week
        on
            this_week.week_number = last_week.week_number + 1
            and this_week.maturity = last_week.maturity
            {% for key in keys %}
            and this_week.{{ key }} is not distinct from last_week.{{ key }}
            {% endfor %}
)

-- a change is worth showing when a two-sample test says so; a count has no sample to test
select
    week,
    region,
    office_id,
    journey,
    touchpoint,
    channel,
    client_group,
    metric,
    value,
    previous_value,
    change,
    coalesce(
        kind <> 'count' and abs(centre_change) > {{ parameter('signal_z') }} * standard_error,
        false
    ) as is_signal
from pairs
