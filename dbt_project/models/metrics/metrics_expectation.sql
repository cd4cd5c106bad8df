-- grain: one row per metric of expectation or satisfaction, of the whole or of an aspect, and answer to its question
-- label 3, "as expected", is success and not the middle
{% set metrics = {} %}
{% for question in ['expectation', 'satisfaction'] %}
    {% set met, above = parameter(question ~ '_met_from'), parameter(question ~ '_above_from') %}
    {% for asked in asked_questions(question) %}
        {% set rows = "question = '" ~ asked ~ "'" %}
        {% do metrics.update({
            asked ~ '_met': {'numerator': flag('answer_position >= ' ~ met), 'rows': rows},
            asked ~ '_above': {'numerator': flag('answer_position >= ' ~ above), 'rows': rows},
            asked ~ '_below': {'numerator': flag('answer_position < ' ~ met), 'rows': rows},
            asked ~ '_index': {
                'numerator': '100 * cast(answer_position - 1 as double) / nullif(scale_points - 1, 0)', 'rows': rows,
            },
        }) %}
    {% endfor %}
{% endfor %}
{{ metric_rows('fct_survey_answers', 'answer_id', metrics) }}
