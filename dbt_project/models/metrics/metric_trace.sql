-- grain: one row per metric and record that counts in it or was excluded from it
{% for family in metric_families() %}
select * from {{ ref(family) }}
{{ 'union all' if not loop.last }}
{% endfor %}
