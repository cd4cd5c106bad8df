-- grain: one row per interaction whose window of 30 days closed in the run, filed under the week in which it closed
with weeks as (
    select * from {{ ref('stg_reference__weeks') }}
    where week = '{{ var("run_week") }}'
)

select
    closing.reference_week as week,
    interactions.region,
    {% for dimension in dimensions() %}
    interactions.{{ dimension }},
    {% endfor %}
    interactions.interaction_id,
    solutions.solved_at is not null and solutions.reopened_at is null as is_solved,
    interactions.exclusion_reason,
    interactions.origin
from {{ ref('fct_interactions') }} as interactions
inner join weeks as received
    on interactions.week = received.reference_week
inner join weeks as closing
    on received.week_number + {{ parameter('history_weeks') }} = closing.week_number
left join {{ ref('int_interaction_solutions') }} as solutions  -- left: what was never solved counts too
    on interactions.interaction_id = solutions.interaction_id
where {{ in_history('interactions.week') }} and {{ in_run('closing.reference_week') }}
