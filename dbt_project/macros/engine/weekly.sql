{# A fact that is replaced by week: the weeks of the run go, and the rows that the query gives for them come.
   A week for which it gives none ends empty. With lookback=false only the run's own week is replaced. #}
{% macro first_replaced_week() -%}
    {{ return(var('from_week') if config.get('lookback', true) else var('run_week')) }}
{%- endmacro %}

{# In one transaction and written once: dbt's own incremental model writes a copy first, which doubles the cost of a
   national week. #}
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
            delete from {{ target_relation }}
            where week between '{{ first_replaced_week() }}' and '{{ var("run_week") }}';
            insert into {{ target_relation }} by name ({{ sql }})
        {%- endcall %}
    {% endif %}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {% do adapter.commit() %}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}

{# A week is a partition. Overwriting alone would leave the old rows of a week that has no new ones, so partitions of
   the run are dropped first; overwriting still clears what a broken run left in their folders. Parquet has no
   transactions: a run that breaks off here is mended by the next one. #}
{% materialization weekly, adapter='spark' %}
    {%- set target_relation = this.incorporate(type='table') -%}
    {%- set existing = load_cached_relation(this) -%}
    {{ run_hooks(pre_hooks) }}
    {% if existing is none or should_full_refresh() %}
        {% do run_query('drop table if exists ' ~ target_relation) %}
        {% call statement('main') -%}
            create table {{ target_relation }} using parquet partitioned by (week) as {{ sql }}
        {%- endcall %}
    {% else %}
        {% for row in run_query('show partitions ' ~ target_relation) %}
            {%- set week = row[0] | replace('week=', '') -%}
            {% if first_replaced_week() <= week <= var('run_week') %}
                {% do run_query('alter table ' ~ target_relation ~ " drop partition (week = '" ~ week ~ "')") %}
            {% endif %}
        {% endfor %}
        {% do run_query('set spark.sql.sources.partitionOverwriteMode = dynamic') %}
        {% call statement('main') -%}
            insert overwrite table {{ target_relation }} by name {{ sql }}
        {%- endcall %}
    {% endif %}
    {{ run_hooks(post_hooks) }}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}
