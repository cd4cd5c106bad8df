-- grain: one row per metric of the survey and appeal that could be asked about
{{ metric_rows('int_survey_funnel', 'interaction_id', {
    'offer_rate': {'numerator': flag('survey_sent_at is not null'), 'rows': 'ended_at is not null'},
    'delivery_rate': {'numerator': flag('survey_delivered'), 'rows': 'survey_sent_at is not null'},
    'response_rate': {'numerator': flag('is_answered'), 'rows': 'survey_sent_at is not null and survey_delivered'},
}) }}
