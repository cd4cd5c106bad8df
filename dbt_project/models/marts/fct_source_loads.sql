-- grain: one row per source, entity and week, and centre where each centre delivers its own file
{{ config(materialized='weekly') }}

select
    source,
    entity,
    office_id,
    status,
    rows_read,
    rows_landed,
    rows_quarantined,
    rows_other_week,
    message,
    week
from {{ ref('stg_landing__loads') }}
where {{ in_run('week') }}
