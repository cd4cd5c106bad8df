-- grain: one row per metric of mentions and mention
{{ metric_rows('fct_feedback', 'feedback_id', {
    'cv1': {'numerator': '1'},
}, rows="source in ('" ~ mention_sources() | join("', '") ~ "')", without=['stage', 'touchpoint', 'channel']) }}
