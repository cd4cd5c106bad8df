-- grain: one row per metric of expectation or satisfaction and answer to its question
-- label 3, "as expected", is success and not the middle
{% set metrics = {} %}
{% for question in ['expectation', 'satisfaction'] %}
    {% set rows = "question = '" ~ question ~ "'" %}
    {% set met, above = parameter(question ~ '_met_from'), parameter(question ~ '_above_from') %}
    {% do metrics.update({
        question ~ '_met': {'numerator': flag('answer_position >= ' ~ met), 'rows': rows},
        question ~ '_above': {'numerator': flag('answer_position >= ' ~ above), 'rows': rows},
        question ~ '_below': {'numerator': flag('answer_position < ' ~ met), 'rows': rows},
        question ~ '_index': {
            'numerator': '100 * cast(answer_position - 1 as double) / nullif(scale_points - 1, 0)', 'rows': rows,
        },
    }) %}
{% endfor %}
{{ metric_rows('fct_survey_answers', 'answer_id', metrics) }}
