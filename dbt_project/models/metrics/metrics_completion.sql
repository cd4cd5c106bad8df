-- grain: one row per metric of completion and survey response begun
{{ metric_rows('fct_feedback', 'feedback_id', {
    'completion_rate': {'numerator': flag('is_complete')},
}, rows="source = 'survey'") }}
