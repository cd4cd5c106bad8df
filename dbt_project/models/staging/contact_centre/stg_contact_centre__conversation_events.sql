-- grain: one row per event of a conversation
select
    record_id as event_id,
    interaction_id,
    event_type,
    occurred_at,
    direction,
    is_automatic,
    week,
    origin
from {{ landing('contact_centre', 'conversation_events') }}
