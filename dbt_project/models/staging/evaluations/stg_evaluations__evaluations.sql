-- grain: one row per evaluation of a contact
select
    record_id as evaluation_id,
    region,
    office_id,
    employee_key,
    interaction_id,
    touchpoint,
    touchpoint_code,
    feedback_channel,
    scorecard,
    scorecard_version,
    reviewed_at,
    week,
    origin
from {{ landing('evaluations', 'evaluations') }}
