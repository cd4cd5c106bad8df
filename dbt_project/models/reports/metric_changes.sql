-- grain: one row per metric, week and cell that has a value in this week and in the one before
{% set keys = ['metric', 'region'] + dimensions() %}
with estimates as (
    select * from {{ ref('metric_estimates') }}
    where status in ('ok', 'weak')
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
    inner join estimates as last_week
        on
            this_week.week_number = last_week.week_number + 1
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
