{# Minutes since midnight of a wall time written HH:MM. #}
{% macro minutes_of_day(wall_time) -%}
    (cast(substring({{ wall_time }}, 1, 2) as integer) * 60 + cast(substring({{ wall_time }}, 4, 2) as integer))
{%- endmacro %}

{# The moment some minutes after the midnight with which a day begins. #}
{% macro moment_of_day(day, minutes) -%}
    (cast({{ day }} as timestamp) + interval '1' minute * ({{ minutes }}))
{%- endmacro %}

{# Join condition: the row of int_working_time in which a moment falls. None does where the centre has no schedule. #}
{% macro falls_into(working_time, office_id, moment) -%}
    {{ working_time }}.office_id = {{ office_id }}
    and {{ working_time }}.utc_day = cast({{ moment }} as date)
    and {{ working_time }}.starts_at <= {{ moment }}
    and {{ working_time }}.ends_at > {{ moment }}
{%- endmacro %}

{# Working minutes between two moments, each with its row of int_working_time; null where either has none. Differences
   are taken of whole numbers: an hour is sixty minutes, not a hair more. #}
{% macro working_minutes_between(start_row, start, finish_row, finish) -%}
    (
        cast({{ finish_row }}.minutes_before - {{ start_row }}.minutes_before as double)
        + cast(
            {{ worked_microseconds(finish_row, finish) }} - {{ worked_microseconds(start_row, start) }} as double
        ) / 60000000
    )
{%- endmacro %}

{% macro worked_microseconds(working_time, moment) -%}
    least(
        {{ microseconds_between(working_time ~ '.starts_at', moment) }},
        {{ working_time }}.working_minutes * 60000000
    )
{%- endmacro %}

{# Whether a moment is outside of working time; null where the centre has no schedule. #}
{% macro is_out_of_hours(working_time, moment) -%}
    {{ microseconds_between(working_time ~ '.starts_at', moment) }} >= {{ working_time }}.working_minutes * 60000000
{%- endmacro %}
