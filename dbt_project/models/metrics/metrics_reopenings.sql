-- grain: one row per metric of reopenings and reopening of a conversation
{{ metric_rows('int_conversation_reopenings', 'event_id', {
    'ttfr_reopen': {'numerator': flag('next_reply_at is not null'), 'measure': 'next_reply_working_minutes'},
}) }}
