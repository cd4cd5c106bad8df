-- grain: one row per metric of replies and conversation
{% set excluded = "coalesce(exclusion_reason, case when is_bot_only then 'bot_only' end)" %}
{% set minutes = minutes_between('received_at', 'first_reply_at') %}
{% set answered = {'numerator': flag('first_reply_at is not null'), 'measure': minutes} %}
{{ metric_rows('fct_interactions', 'interaction_id', {
    'ttfr': answered,
    'ttfr_p90': answered,
    'ttfr_mean': {'numerator': 'coalesce(' ~ minutes ~ ', 0)', 'denominator': answered.numerator},
    'ttfr_unanswered': {'numerator': flag('first_reply_at is null')},
}, excluded=excluded, rows='is_conversation') }}
