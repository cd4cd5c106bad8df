-- grain: one row per metric of mentions and review or post
{{ metric_rows('fct_feedback', 'feedback_id', {
    'cv1': {'numerator': '1'},
}, rows="source in ('two_gis', 'vk')", without=['stage', 'touchpoint', 'channel']) }}
