-- grain: one row per metric, week and cell that has a value in this week and in the one before
-- like is compared with like: values of one definition and one maturity, so that a value that still grows is compared
-- with weeks as they were at that age; a row looks at no week after its own, and a week without a shown value is a gap
{{ config(materialized='weekly') }}

{% set keys = ['metric', 'region'] + dimensions() + ['definition_id', 'definition_version', 'maturity'] %}
{% set series = 'partition by ' ~ keys | join(', ') ~ ' order by week_number' %}
with readings as (
    {% for estimates, maturity, reported in [
        ('metric_estimates', 'final', in_run('week')),
        ('metric_first_estimates', 'provisional', "week = '" ~ var('run_week') ~ "'"),
    ] %}
    select
        {{ keys | join(',\n        ') }},
        week,
        week_number,
        value,
        centre,
        standard_error,
        -- whole millionths have the same sum in any order
        cast(round(1000000 * value) as bigint) as reading,
        {{ reported }} as is_reported
    from {{ ref(estimates) }}
    where
        status in ('ok', 'weak')
        and maturity = '{{ maturity }}'
        and {{ signal_weeks('week') }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

steps as (
    select
        *,
        {% for column in ['value', 'centre', 'standard_error', 'week_number'] %}
        lag({{ column }}) over ({{ series }}) as previous_{{ column }},
        {% endfor %}
        case
            when lag(week_number) over ({{ series }}) = week_number - 1
                then reading - lag(reading) over ({{ series }})
        end as step
    from readings
),

histories as (
    select
        *,
        {{ signal_history(series) }}
    from steps
),

judged as (
    select
        *,
        {{ signal_rule() }} as signal_rule
    from histories
    where is_reported and previous_week_number = week_number - 1
)

select
    week,
    region,
    {{ dimensions() | join(',\n    ') }},
    metric,
    value,
    previous_value,
    value - previous_value as change,
    -- unknown where no rule could be applied
    case
        when signal_rule is not null then true
        when {{ has_baseline() }} or standard_error + previous_standard_error is not null then false
    end as is_signal,
    signal_rule,
    {{ signal_direction() }} as signal_direction
from judged
