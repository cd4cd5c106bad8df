-- grain: one row per event of an interaction
with events as (
    select * from {{ ref('stg_ais__interaction_events') }}
    union all
    select * from {{ ref('stg_contact_centre__conversation_events') }}
)

select
    event_id,
    interaction_id,
    event_type,
    occurred_at,
    direction,
    is_automatic,
    week,
    origin
from events
