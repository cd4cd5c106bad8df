-- grain: one row per letter of a client
select
    record_id as letter_id,
    region,
    office_id,
    touchpoint,
    touchpoint_code,
    reasons,
    reason_text,
    feedback_channel,
    entered_at,
    client_key,
    text,
    answered_at,
    answer_text,
    is_automatic as is_automatic_letter,
    week,
    origin
from {{ landing('letters', 'letters') }}
