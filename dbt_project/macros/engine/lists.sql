{# All values of a group, sorted: the exact median and its interval are elements of it. #}
{% macro sorted_values(column) -%}
    {{ adapter.dispatch('sorted_values', 'cx_warehouse')(column) }}
{%- endmacro %}

{% macro duckdb__sorted_values(column) -%}
    list_sort(list({{ column }}) filter (where {{ column }} is not null))
{%- endmacro %}

{% macro spark__sorted_values(column) -%}
    sort_array(collect_list({{ column }}))
{%- endmacro %}

{# The element at a position counted from 1. #}
{% macro value_at(values, position) -%}
    {{ adapter.dispatch('value_at', 'cx_warehouse')(values, position) }}
{%- endmacro %}

{% macro duckdb__value_at(values, position) -%}
    list_extract({{ values }}, cast({{ position }} as bigint))
{%- endmacro %}

{% macro spark__value_at(values, position) -%}
    element_at({{ values }}, cast({{ position }} as int))
{%- endmacro %}
