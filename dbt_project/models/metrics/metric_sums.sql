-- grain: one row per metric, week and cell of a cut that holds at least one counted record
-- kept, for the cells that must exist are asked for its regions before it is joined to them
{{ config(materialized='weekly') }}

{% set relations = summed_relations() %}
with
{%- for name, family in relations.items() %}
{{ relation_sums(name, family) }},
{%- endfor %}

cells as (
    {%- for name in relations %}
    select * from {{ name }}_sums
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

-- a cell without a counted record of the metric holds only those of others
select * from cells
where numerator is not null
