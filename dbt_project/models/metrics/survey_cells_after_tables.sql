-- grain: one row per question of the survey, week, region and cell that holds at least one answer
-- more of them hidden than before, so that no table of two dimensions gives a small one
{{ config(materialized='table') }}

with members as (
    {{ line_members(ref('survey_cells_after_lines')) }}
),

{{ hide_in_tables('members', ref('survey_cells_after_lines')) }}
