-- grain: one row per conversation
select
    record_id as interaction_id,
    region,
    office_id,
    channel,
    service,
    touchpoint,
    touchpoint_code,
    client_group,
    client_key,
    topic,
    initiated_by,
    received_at,
    ended_at,
    contact_week,
    week,
    origin
from {{ landing('contact_centre', 'conversations') }}
