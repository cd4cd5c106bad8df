-- grain: one row per conversation received in the run, with how often each side spoke within the window
select
    interaction_id,
    sum({{ flag("author_type = 'staff'") }}) as staff_turns,
    sum(case when author_type = 'staff' then message_count else 0 end) as staff_messages,
    sum({{ flag("author_type = 'client'") }}) as client_turns
from {{ ref('int_conversation_turns') }}
group by interaction_id
