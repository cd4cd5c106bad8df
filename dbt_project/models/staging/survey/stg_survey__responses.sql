-- grain: one row per survey response
select
    record_id as response_id,
    region,
    office_id,
    interaction_id,
    touchpoint,
    touchpoint_code,
    feedback_channel,
    client_group,
    client_key,
    invited_at,
    submitted_at,
    is_complete,
    is_incentivised,
    questionnaire,
    questionnaire_version,
    week,
    origin
from {{ landing('survey', 'responses') }}
