-- grain: one row per metric of confirmation and answer to its question
{% set yes = flag('answer_position = ' ~ parameter('answer_yes')) %}
{{ metric_rows('fct_survey_answers', 'answer_id', {
    'rr_confirmed': {'numerator': yes, 'rows': "question = 'resolved'"},
    'fcr_said': {'numerator': yes, 'rows': "question = 'first_contact'"},
}) }}
