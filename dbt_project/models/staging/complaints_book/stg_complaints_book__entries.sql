-- grain: one row per entry of a complaints book
select
    record_id as entry_id,
    region,
    office_id,
    touchpoint,
    touchpoint_code,
    reasons,
    reason_text,
    entered_at,
    client_key,
    text,
    answered_at,
    answer_text,
    week,
    origin
from {{ landing('complaints_book', 'entries') }}
