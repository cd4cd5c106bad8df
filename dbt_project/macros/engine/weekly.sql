{# A fact that is replaced by week. On DuckDB in one transaction and written once: dbt's own incremental model
   writes a copy first, which doubles the cost of a national week. Spark overwrites partitions. #}
{% macro weekly_table() -%}
    {%- if target.type == 'duckdb' -%}
        {{ config(materialized='weekly') }}
    {%- else -%}
        {{ config(
            materialized='incremental',
            incremental_strategy='insert_overwrite',
            partition_by=['week'],
            file_format='parquet',
        ) }}
    {%- endif -%}
{%- endmacro %}

{% materialization weekly, adapter='duckdb' %}
    {%- set target_relation = this.incorporate(type='table') -%}
    {%- set existing = load_cached_relation(this) -%}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {% if existing is none or should_full_refresh() %}
        {% call statement('main') -%}
            create or replace table {{ target_relation }} as ({{ sql }})
        {%- endcall %}
    {% else %}
        {% call statement('main') -%}
            delete from {{ target_relation }} where {{ in_run('week') }};
            insert into {{ target_relation }} by name ({{ sql }})
        {%- endcall %}
    {% endif %}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {% do adapter.commit() %}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}
