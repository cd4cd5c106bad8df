-- grain: one row per metric of resolution after a month and interaction whose window closed
{{ metric_rows('int_interactions_after_month', 'interaction_id', {
    'rr_30d': {'numerator': flag('is_solved')},
}) }}
