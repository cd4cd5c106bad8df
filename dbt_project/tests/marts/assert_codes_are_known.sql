-- Codes of the facts stand in the dictionaries.
{% for fact, dimension, key in [
    ('fct_interactions', 'channel', 'channel'),
    ('fct_feedback', 'touchpoint', 'touchpoint'),
    ('fct_interactions', 'stage', "concat_ws('/', journey, stage)"),
    ('fct_interactions', 'client_group', 'client_group'),
    ('fct_interactions', 'segment', 'segment'),
] %}
select
    '{{ dimension }}' as dimension,
    {{ dimension }} as code
from {{ ref(fact) }}
where
    {{ in_run('week') }}
    and {{ dimension }} is not null
    and {{ key }} not in (select {{ key }} from {{ ref('dim_' ~ dimension) }})
{{ 'union' if not loop.last }}
{% endfor %}
