-- grain: one row per receipt of an interaction, and one per first solution, each under its own week
{% set columns = ['region'] + dimensions() + ['interaction_id', 'exclusion_reason', 'origin'] %}
{% set first_week = week_before(var('from_week'), parameter('long_window_weeks')) %}
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
    interactions.week between '{{ first_week }}' and '{{ var("run_week") }}'
    and {{ in_run('solutions.solved_week') }}
    and solutions.solved_at <= interactions.received_at + interval '{{ parameter("flow_window_days") }}' day
