-- grain: one row per metric and record that counts in it or was excluded from it
{% set metrics = ['ces', 'nps', 'rr', 'ttfr', 'cv1', 'cv2', 'link_rate'] %}
{% for metric in metrics %}
select * from {{ ref('metrics_' ~ metric) }}
{{ 'union all' if not loop.last }}
{% endfor %}
