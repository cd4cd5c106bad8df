{# When a change between two weeks is shown: four rules, the first that says so is told (metrics 3.0, "Change between
   weeks"). Inputs are columns of metric_changes: the reading of the week in millionths, what its history was
   (signal_history), centre and standard error of this week and the one before. #}

{# The run, and the weeks before it that its signals look at. #}
{% macro signal_weeks(column) -%}
    {%- set weeks = parameter('signal_baseline_weeks') -%}
    {%- set first = weeks_earlier(var('from_week'), weeks) if execute else var('from_week') -%}
    {{ column }} between '{{ first }}' and '{{ var("run_week") }}'
{%- endmacro %}

{# Measures of the weeks before. Frames are ranges of weeks, so that a week without a value keeps its place. #}
{% macro signal_history(series) -%}
    {%- set weeks, run = parameter('signal_baseline_weeks') | int, parameter('signal_run_weeks') | int -%}
    {%- set frame = 'over (' ~ series ~ ' range between {} preceding and {})' -%}
    {%- set baseline, last_run = frame.format(weeks, '1 preceding'), frame.format(run - 1, 'current row') -%}
    {#- steps between two weeks of the baseline, and between two weeks of the run: one fewer than weeks -#}
    {%- set steps, run_steps = frame.format(weeks - 1, '1 preceding'), frame.format(run - 2, 'current row') -%}
    count(*) {{ baseline }} as weeks,
    cast(sum(reading) {{ baseline }} as bigint) as total,
    count(step) {{ steps }} as steps,
    cast(sum(abs(step)) {{ steps }} as bigint) as moved,
    count(*) {{ last_run }} as run_weeks,
    min(reading) {{ last_run }} as lowest,
    max(reading) {{ last_run }} as highest,
    sum(sign(step)) {{ run_steps }} as trend
{%- endmacro %}

{# Whether the weeks before are enough for a mean and limits. #}
{% macro has_baseline() -%}
    weeks >= {{ parameter('signal_least_weeks') }}
{%- endmacro %}

{# The mean is total / weeks, the mean moving range moved / steps: compared without dividing, so that what lies exactly
   on the mean or on a limit does. #}
{% macro signal_rule() -%}
    {%- set run = parameter('signal_run_weeks') | int -%}
    case
        when
            {{ has_baseline() }}
            and abs(reading * weeks - total) * steps
            > {{ parameter('signal_limit_ranges') }} * cast(moved * weeks as double)
            then 'limits'
        when
            {{ has_baseline() }}
            and run_weeks = {{ run }}
            and (lowest * weeks > total or highest * weeks < total)
            then 'run'
        when abs(trend) = {{ run - 1 }} then 'trend'
        when
            abs(centre - previous_centre) > {{ parameter('signal_z') }} * sqrt(
                standard_error * standard_error + previous_standard_error * previous_standard_error
            )
            then 'test'
    end
{%- endmacro %}

{# Where the rule points: values may be above their mean in a week that is lower than the one before. #}
{% macro signal_direction() -%}
    case
        when signal_rule in ('limits', 'run') and reading * weeks > total then 'up'
        when signal_rule in ('trend', 'test') and value > previous_value then 'up'
        when signal_rule is not null then 'down'
    end
{%- endmacro %}
