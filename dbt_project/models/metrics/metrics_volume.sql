-- grain: one row per metric of volume and interaction received
{{ metric_rows('fct_interactions', 'interaction_id', {
    'cv2': {'numerator': '1'},
}) }}
