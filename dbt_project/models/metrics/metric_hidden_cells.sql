-- grain: one row per metric, week and cell of a survey whose numbers are hidden
-- the small ones, and as many others as it takes that no subtraction gives a small one
{{ config(materialized='weekly') }}

{% set keys = ['week', 'metric', 'region'] + dimensions() %}
with sums as (
    {{ survey_sums() }}
),

members as (
    {{ line_members(ref('survey_cells_after_tables')) }}
),

hidden as (
    with {{ hide_along_lines('members', ref('survey_cells_after_tables'), passes=3) }}
)

select
    {% for key in keys %}
    sums.{{ key }}{{ ',' if not loop.last }}
    {% endfor %}
from sums
inner join hidden
    on
        sums.scope = hidden.scope
        {% for dimension in dimensions() %}
        and sums.{{ dimension }} is not distinct from hidden.{{ dimension }}
        {% endfor %}
where hidden.is_suppressed
