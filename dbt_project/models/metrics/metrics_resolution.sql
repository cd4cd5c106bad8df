-- grain: one row per metric of resolution and interaction received
{% set day = "interval '1' day" %}
{% set minutes = minutes_between('received_at', 'solved_at') %}
{% set solved = 'solved_at is not null and reopened_at is null' %}
{% set unsolved = 'coalesce(exclusion_reason, case when not (' ~ solved ~ ") then 'not_solved' end)" %}
{{ metric_rows('fct_interactions', 'interaction_id', {
    'rr': {'numerator': flag(solved)},
    'rr_1d': {'numerator': flag(
        'solved_at <= received_at + ' ~ day ~ ' and coalesce(reopened_at > received_at + ' ~ day ~ ', true)'
    )},
    'rr_net_repeat': {'numerator': flag(solved ~ ' and not is_repeated')},
    'solve_1h': {'numerator': flag(minutes ~ ' <= ' ~ parameter('solve_fast_minutes')), 'excluded': unsolved},
    'solve_1d': {
        'numerator': flag('solved_working_minutes <= ' ~ parameter('working_day_minutes')),
        'excluded': 'coalesce(' ~ unsolved ~ ", case when solved_working_minutes is null then 'no_schedule' end)",
    },
}) }}
