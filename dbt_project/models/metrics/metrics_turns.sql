-- grain: one row per metric of turns and interaction received
{{ metric_rows('fct_interactions', 'interaction_id', {
    'rpc': {'numerator': 'staff_turns'},
    'rpc_messages': {'numerator': 'staff_messages'},
    'rpc_client': {'numerator': 'client_turns'},
    'rpc_solved': {
        'numerator': 'staff_turns',
        'excluded':
            'coalesce(exclusion_reason, case when solved_at is null or reopened_at is not null'
            ~ " then 'not_solved' end)",
    },
}) }}
