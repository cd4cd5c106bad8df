-- grain: one row per metric, week and cell of a survey whose numbers are hidden
-- the small ones, and as many others as it takes that no subtraction gives a small one: macros/metrics/hiding.sql
-- the passes are as many as any region has needed and more: assert_no_subtraction_gives_a_small_cell holds them to it
{{ config(materialized='weekly') }}

{% set keys = ['week', 'metric', 'region'] + dimensions() %}
with sums as (
    {{ survey_sums() }}
),

cells as (
    {{ question_cells('sums') }}
),

members as (
    {{ line_members('cells') }}
),

{{ hide_along_lines('members', 'cells', 'after_lines', passes=7) }},

{{ hide_in_tables('members', 'after_lines', 'after_tables') }},

{{ hide_along_lines('members', 'after_tables', 'hidden', passes=3) }}

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
where hidden.is_hidden
