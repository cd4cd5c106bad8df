-- grain: one row per metric of hand-overs and interaction received
{{ metric_rows('fct_interactions', 'interaction_id', {
    'er_wide': {'numerator': flag('is_handed_over')},
    'er_up': {'numerator': flag('is_handed_up')},
    'transfer_rate': {'numerator': flag('is_handed_aside')},
}) }}
