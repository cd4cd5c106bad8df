-- grain: one row per metric of effort and answer to its question
-- above the middle of the scale +1, below it −1, the middle 0 (it stays in the denominator)
{% set place = 'cast(answer_position - 1 as double) / nullif(scale_points - 1, 0)' %}
{{ metric_rows('fct_survey_answers', 'answer_id', {
    'ces': {'numerator': 'sign(2 * (answer_position - 1) - (scale_points - 1))'},
    'ces_literal': {
        'numerator': 'case answer_position when 4 then 1 when 2 then -1 else 0 end',
        'excluded': "coalesce(exclusion_reason, case when scale_points <> 5 then 'other_scale' end)",
    },
    'ces_mean100': {'numerator': '100 * ' ~ place},
    'ces_easy_share': {'numerator': flag(place ~ ' > 0.5')},
}, rows="question = 'ces'") }}
