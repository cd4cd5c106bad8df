-- grain: one row per piece of negative feedback and reason that it names; one with no reason where it names none
-- today only the complaints book has a column for reasons; what was read from texts would join here
with entries as (
    select * from {{ ref('stg_complaints_book__entries') }}
    where {{ in_history('week') }}
),

known as (
    select distinct reason from {{ ref('stg_reference__reasons') }}
    where week = '{{ var("run_week") }}'
)

select
    entries.entry_id as feedback_id,
    'complaints_book' as source,
    entries.region,
    known.reason,
    entries.week
from entries
left join known  -- left: an entry that names no known reason is unclassified
    on instr(concat(';', entries.reasons, ';'), concat(';', known.reason, ';')) > 0
