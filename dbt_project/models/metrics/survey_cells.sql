-- grain: one row per question of the survey, week, region and cell that holds at least one answer
-- of the weeks of a run; kept as a table, as the next ones are: each is read many times over by the next (macros/metrics/hiding.sql)
{{ config(materialized='table') }}

with sums as (
    {{ survey_sums() }}
)

{{ question_cells('sums') }}
