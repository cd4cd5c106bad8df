{# Minutes from one moment to another, as a double. #}
{% macro minutes_between(start, finish) -%}
    {{ adapter.dispatch('minutes_between', 'cx_warehouse')(start, finish) }}
{%- endmacro %}

{% macro duckdb__minutes_between(start, finish) -%}
    (cast(date_diff('microsecond', {{ start }}, {{ finish }}) as double) / 60000000)
{%- endmacro %}

{% macro spark__minutes_between(start, finish) -%}
    (cast(timestampdiff(microsecond, {{ start }}, {{ finish }}) as double) / 60000000)
{%- endmacro %}

{# Microseconds from one moment to another, a whole number. #}
{% macro microseconds_between(start, finish) -%}
    {{ adapter.dispatch('microseconds_between', 'cx_warehouse')(start, finish) }}
{%- endmacro %}

{% macro duckdb__microseconds_between(start, finish) -%}
    date_diff('microsecond', {{ start }}, {{ finish }})
{%- endmacro %}

{% macro spark__microseconds_between(start, finish) -%}
    timestampdiff(microsecond, {{ start }}, {{ finish }})
{%- endmacro %}

{# UTC of a local time in a zone of the IANA database. An hour that a clock change repeats is taken as the first; a time
   that it skips moves on by what was skipped. #}
{% macro utc_of_local(local, zone) -%}
    {{ adapter.dispatch('utc_of_local', 'cx_warehouse')(local, zone) }}
{%- endmacro %}

{# DuckDB takes a repeated hour as the last, so the hour before is tried. #}
{% macro duckdb__utc_of_local(local, zone) -%}
    {%- set last = "timezone('UTC', timezone(" ~ zone ~ ", " ~ local ~ "))" -%}
    case
        when timezone({{ zone }}, timezone('UTC', {{ last }} - interval '1' hour)) = {{ local }}
            then {{ last }} - interval '1' hour
        else {{ last }}
    end
{%- endmacro %}

{% macro spark__utc_of_local(local, zone) -%}
    convert_timezone({{ zone }}, 'UTC', {{ local }})
{%- endmacro %}

{# The wall time of a moment, both without a zone. #}
{% macro local_of_utc(moment, zone) -%}
    {{ return(adapter.dispatch('local_of_utc', 'cx_warehouse')(moment, zone)) }}
{%- endmacro %}

{% macro duckdb__local_of_utc(moment, zone) -%}
    timezone({{ zone }}, timezone('UTC', {{ moment }}))
{%- endmacro %}

{% macro spark__local_of_utc(moment, zone) -%}
    convert_timezone('UTC', {{ zone }}, {{ moment }})
{%- endmacro %}
