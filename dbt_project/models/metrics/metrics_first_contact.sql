-- grain: one row per metric of the first contact and interaction received
{% set at_first = 'solved_at is not null and reopened_at is null and not is_handed_over and not is_repeated' %}
{{ metric_rows('fct_interactions', 'interaction_id', {
    'fcr': {'numerator': flag(at_first)},
    'net_fcr': {
        'numerator': flag(at_first),
        'excluded': "coalesce(exclusion_reason, case when not is_first_contact then 'not_first_contact' end)",
    },
    'fcr_unlinked_share': {'numerator': flag('client_key is null')},
}) }}
