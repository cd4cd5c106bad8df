-- grain: one row per metric of recommendation and answer to its question
{{ metric_rows('fct_survey_answers', 'answer_id', {
    'nps': {
        'numerator':
            'case when answer_position >= ' ~ parameter('nps_promoter_from') ~ ' then 1'
            ~ ' when answer_position <= ' ~ parameter('nps_detractor_to') ~ ' then -1 else 0 end',
    },
}, rows="question = 'nps'") }}
