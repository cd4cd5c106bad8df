-- grain: one row per metric of replies and conversation
{% set answered = flag('first_reply_at is not null') %}
{% set calendar, working = minutes_between('received_at', 'first_reply_at'), 'first_reply_working_minutes' %}
{% set norm = parameter('ttfr_norm_minutes') %}
{{ metric_rows('fct_interactions', 'interaction_id', {
    'ttfr': {'numerator': answered, 'measure': working},
    'ttfr_calendar': {'numerator': answered, 'measure': calendar},
    'ttfr_p90': {'numerator': answered, 'measure': working},
    'ttfr_mean': {
        'numerator': working,
        'excluded': "coalesce(exclusion_reason, case when first_reply_at is null then 'unanswered' end)",
    },
    'ttfr_in_norm': {'numerator': flag(working ~ ' <= ' ~ norm)},
    'ttfr_unanswered': {'numerator': flag('first_reply_at is null')},
}, excluded="coalesce(exclusion_reason, case when is_bot_only then 'bot_only' end)", rows='is_conversation') }}
