-- grain: one row per message
select
    record_id as message_id,
    interaction_id,
    author_type,
    author_key,
    is_public,
    sent_at,
    text,
    week,
    origin
from {{ landing('contact_centre', 'messages') }}
