-- grain: one row per interaction
select
    record_id as interaction_id,
    region,
    office_id,
    channel,
    service,
    touchpoint,
    touchpoint_code,
    client_group,
    segment,
    client_key,
    topic,
    initiated_by,
    received_at,
    ended_at,
    contact_week,
    called_at,
    is_no_show,
    survey_sent_at,
    survey_delivered,
    week,
    origin
from {{ landing('ais', 'interactions') }}
