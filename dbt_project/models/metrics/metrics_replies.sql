-- grain: one row per metric of replies and conversation
-- where the centre has no schedule for the moment, its working time is not known: excluded from what counts in it
{% set answered = flag('first_reply_at is not null') %}
{% set calendar, working = minutes_between('received_at', 'first_reply_at'), 'first_reply_working_minutes' %}
{% set norm = parameter('ttfr_norm_minutes') %}
{% set usual = "exclusion_reason, case when is_bot_only then 'bot_only' end" %}
{% set timed = usual ~ ", case when is_out_of_hours is null or (first_reply_at is not null and " ~ working
    ~ " is null) then 'no_schedule' end" %}
{{ metric_rows('fct_interactions', 'interaction_id', {
    'ttfr': {'numerator': answered, 'measure': working, 'excluded': 'coalesce(' ~ timed ~ ')'},
    'ttfr_calendar': {'numerator': answered, 'measure': calendar},
    'ttfr_p90': {'numerator': answered, 'measure': working, 'excluded': 'coalesce(' ~ timed ~ ')'},
    'ttfr_mean': {
        'numerator': working,
        'excluded': 'coalesce(' ~ timed ~ ", case when first_reply_at is null then 'unanswered' end)",
    },
    'ttfr_in_norm': {'numerator': flag(working ~ ' <= ' ~ norm), 'excluded': 'coalesce(' ~ timed ~ ')'},
    'ttfr_unanswered': {'numerator': flag('first_reply_at is null')},
}, excluded='coalesce(' ~ usual ~ ')', rows='is_conversation') }}
