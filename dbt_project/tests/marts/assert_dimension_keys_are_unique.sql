-- Each code stands once in its dimension: a doubled code would double everything joined to it.
{% for dimension, key in [
    ('dim_office', 'office_id'), ('dim_touchpoint', 'touchpoint'), ('dim_channel', 'channel'),
    ('dim_client_group', 'client_group'), ('dim_segment', 'segment'), ('dim_journey', 'journey'), ('dim_stage', "journey || '/' || stage"), ('dim_source', 'source'), ('dim_metric', 'metric'),
] %}
select
    '{{ dimension }}' as dimension,
    {{ key }} as code
from {{ ref(dimension) }}
group by {{ key }}
having count(*) > 1 or {{ key }} is null
{{ 'union all' if not loop.last }}
{% endfor %}
