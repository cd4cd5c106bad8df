-- grain: one row per piece of feedback with a text
select
    record_id as feedback_id,
    language,
    tone,
    tone_confidence,
    tone_basis,
    touchpoint,
    touchpoint_confidence,
    reasons,
    reasons_confidence,
    decided_by,
    rules_version,
    week,
    origin
from {{ landing('text', 'labels') }}
