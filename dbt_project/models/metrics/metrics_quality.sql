-- grain: one row per metric of quality and evaluation
{{ metric_rows('int_reviews', 'evaluation_id', {
    'iqs': {'numerator': 'review_score'},
}, without=['journey', 'stage', 'channel', 'client_group', 'segment']) }}
