-- grain: one row per event of an interaction
select
    record_id as event_id,
    interaction_id,
    event_type,
    occurred_at,
    direction,
    is_automatic,
    week,
    origin
from {{ landing('ais', 'interaction_events') }}
