-- grain: one row per metric of reopenings and reopening of a conversation
{% set without_schedule = 'next_reply_at is not null and next_reply_working_minutes is null' %}
{{ metric_rows('int_conversation_reopenings', 'event_id', {
    'ttfr_reopen': {'numerator': flag('next_reply_at is not null'), 'measure': 'next_reply_working_minutes'},
}, excluded='coalesce(exclusion_reason, case when ' ~ without_schedule ~ " then 'no_schedule' end)") }}
