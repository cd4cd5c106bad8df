-- grain: one row per metric of volume and interaction received
{{ metric_rows('fct_interactions', 'interaction_id', {
    'cv2': {'numerator': '1'},
    'cv2_out_of_hours': {
        'numerator': flag('is_out_of_hours'),
        'excluded': "coalesce(exclusion_reason, case when is_out_of_hours is null then 'no_schedule' end)",
    },
}) }}
