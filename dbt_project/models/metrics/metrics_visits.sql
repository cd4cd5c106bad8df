-- grain: one row per metric of visits and visit
{% set wait = minutes_between('received_at', 'called_at') %}
{% set visit, called = "channel = 'visit' and ", 'called_at is not null' %}
{{ metric_rows('fct_interactions', 'interaction_id', {
    'queue_wait': {'numerator': '1', 'measure': wait, 'rows': visit ~ called},
    'queue_wait_p90': {'numerator': '1', 'measure': wait, 'rows': visit ~ called},
    'queue_over_norm': {'numerator': flag(wait ~ ' > ' ~ parameter('queue_norm_minutes')), 'rows': visit ~ called},
    'no_show_rate': {'numerator': flag('is_no_show'), 'rows': visit ~ 'is_no_show is not null'},
}) }}
