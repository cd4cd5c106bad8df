{# The window of a run: the week before it and its own week (docs/architecture.md, Weeks). #}
{% macro in_run(column) -%}
    {{ column }} between '{{ var("from_week") }}' and '{{ var("run_week") }}'
{%- endmacro %}

{# A threshold of methodology/parameters.yml. #}
{% macro parameter(name) -%}
    {%- set parameters = var("parameters") -%}
    {%- if execute and name not in parameters -%}
        {{ exceptions.raise_compiler_error("methodology/parameters.yml has no parameter '" ~ name ~ "'") }}
    {%- endif -%}
    {{ parameters.get(name) }}
{%- endmacro %}

{# Facts are replaced by week: what the run rebuilds leaves first. Spark overwrites partitions instead. #}
{% macro delete_weeks_of_run() -%}
    {%- if is_incremental() and target.type == 'duckdb' -%}
        delete from {{ this }} where {{ in_run('week') }}
    {%- endif -%}
{%- endmacro %}

{% macro weekly_table() -%}
    {{ config(
        materialized='incremental',
        incremental_strategy='append' if target.type == 'duckdb' else 'insert_overwrite',
        partition_by=['week'] if target.type == 'spark' else none,
        file_format='parquet' if target.type == 'spark' else none,
        pre_hook=["{{ delete_weeks_of_run() }}"],
    ) }}
{%- endmacro %}
