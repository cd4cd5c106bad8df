-- grain: one row per metric, week and cell of a cut that holds at least one counted record
with
{%- for family in metric_families() %}
{{ family_sums(family) }},
{%- endfor %}

cells as (
    {%- for family in metric_families() %}
    select * from {{ family }}_sums
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

-- a cell without a counted record of the metric holds only those of others
select * from cells
where numerator is not null
