-- grain: one row per receipt of an interaction, and one per first solution, each under its own week
{% set columns = ['region'] + dimensions() + ['interaction_id', 'exclusion_reason', 'origin'] %}
select
    {{ columns | join(',\n    ') }},
    false as is_solution,
    week
from {{ ref('fct_interactions') }}
where {{ in_run('week') }}

union all

select
    {% for column in columns %}
    interactions.{{ column }},
    {% endfor %}
    true as is_solution,
    solutions.solved_week as week
from {{ ref('fct_interactions') }} as interactions
inner join {{ ref('int_interaction_solutions') }} as solutions
    on interactions.interaction_id = solutions.interaction_id
where
    {{ in_history('interactions.week') }}
    and {{ in_run('solutions.solved_week') }}
    and solutions.solved_at <= interactions.received_at + interval '{{ parameter("history_days") }}' day
