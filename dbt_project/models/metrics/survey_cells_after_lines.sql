-- grain: one row per question of the survey, week, region and cell that holds at least one answer
-- more of them hidden than before, so that no line along one dimension gives a small one
-- the passes are as many as any region has needed and more: assert_no_subtraction_gives_a_small_cell holds them to it
{{ config(materialized='table') }}

with members as (
    {{ line_members(ref('survey_cells')) }}
),

{{ hide_along_lines('members', ref('survey_cells'), passes=7) }}
