-- grain: one row per event of an interaction
with events as (
    {% for source, relation in [
        ('ais', 'stg_ais__interaction_events'), ('contact_centre', 'stg_contact_centre__conversation_events'),
    ] %}
    select
        *,
        '{{ source }}' as source
    from {{ ref(relation) }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select
    event_id,
    interaction_id,
    event_type,
    occurred_at,
    direction,
    is_automatic,
    source,
    week,
    origin
from events
