-- grain: one row per piece of negative feedback and reason that it names; one with no reason where it names none
-- an entry of a complaints book is negative by what it is, other feedback by its tone
with feedback as (
    select * from {{ ref('int_feedback') }}
    where {{ in_history('week') }} and exclusion_reason is null
),

labels as (
    select * from {{ ref('stg_text__labels') }}
    where {{ in_history('week') }}
),

entries as (
    select * from {{ ref('stg_complaints_book__entries') }}
    where {{ in_history('week') }}
),

known as (
    select distinct reason from {{ ref('stg_reference__reasons') }}
    where week = '{{ var("run_week") }}'
),

negative as (
    select
        feedback.feedback_id,
        feedback.source,
        feedback.region,
        feedback.week,
        coalesce(entries.reasons, labels.reasons) as reasons
    from feedback
    left join labels  -- left: not all feedback has a text
        on feedback.feedback_id = labels.feedback_id and feedback.week = labels.week
    left join entries  -- left: only a book has a column for reasons
        on feedback.feedback_id = entries.entry_id and feedback.week = entries.week
    where feedback.source = 'complaints_book' or labels.tone = 'negative'
)

select
    negative.feedback_id,
    negative.source,
    negative.region,
    known.reason,
    negative.week
from negative
left join known  -- left: feedback that names no known reason is unclassified
    on instr(concat(';', negative.reasons, ';'), concat(';', known.reason, ';')) > 0
