-- grain: one row per metric of resolution and interaction received
{{ metric_rows('fct_interactions', 'interaction_id', {
    'rr': {'numerator': flag('solved_at is not null and reopened_at is null')},
}) }}
