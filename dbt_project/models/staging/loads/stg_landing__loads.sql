-- grain: one row per source, entity and week, and centre where each centre delivers its own file
{% set sources = ['ais', 'complaints_book', 'letters', 'survey', 'contact_centre', 'evaluations'] + mention_sources() %}
{% for name in sources %}
select
    week,
    source,
    entity,
    office_id,
    status,
    rows_read,
    rows_landed,
    rows_quarantined,
    rows_other_week,
    message
from {{ landing(name, 'loads') }}
{{ 'union all' if not loop.last }}
{% endfor %}
