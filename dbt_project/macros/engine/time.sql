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
