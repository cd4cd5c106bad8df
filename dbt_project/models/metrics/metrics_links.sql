-- grain: one row per metric of links and piece of feedback
{{ metric_rows('fct_feedback', 'feedback_id', {
    'link_rate': {'numerator': flag('touchpoint is not null')},
}, without=['stage', 'touchpoint', 'channel']) }}
