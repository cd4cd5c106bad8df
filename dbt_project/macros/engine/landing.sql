{# The landed files of an entity as a relation, with the column week. #}
{% macro landing(source_name, entity) -%}
    {%- do source(source_name, entity) -%}
    {{ return(adapter.dispatch('landing', 'cx_warehouse')(source_name, entity)) }}
{%- endmacro %}

{% macro landing_folder(source_name, entity) -%}
    {{ return(var('home', 'var') ~ '/landing/' ~ source_name ~ '/' ~ entity) }}
{%- endmacro %}

{% macro duckdb__landing(source_name, entity) -%}
    {{ return("read_parquet('" ~ landing_folder(source_name, entity)
        ~ "/week=*/data.parquet', hive_partitioning = true, hive_types = {'week': varchar})") }}
{%- endmacro %}

{% macro spark__landing(source_name, entity) -%}
    {{ return('parquet.`' ~ landing_folder(source_name, entity) ~ '`') }}
{%- endmacro %}
