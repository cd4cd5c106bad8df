-- grain: one row per turn: a run of public messages of one side of a conversation
with messages as (
    select
        interaction_id,
        message_id,
        author_type,
        sent_at,
        week
    from {{ ref('stg_contact_centre__messages') }}
    where is_public and author_type <> 'auto'
),

ordered as (
    select
        *,
        row_number() over (partition by interaction_id order by sent_at, message_id)
        - row_number() over (partition by interaction_id, author_type order by sent_at, message_id) as run_number
    from messages
)

select
    interaction_id,
    author_type,
    min(sent_at) as started_at,
    max(sent_at) as ended_at,
    count(*) as message_count
from ordered
group by interaction_id, author_type, run_number
