-- grain: one row per source, entity and week, and centre where each centre delivers its own file
select
    loads.week,
    loads.source,
    sources.name as source_name,
    loads.office_id,
    loads.entity,
    loads.status,
    loads.rows_read,
    loads.rows_landed,
    loads.rows_quarantined,
    loads.rows_other_week,
    loads.message
from {{ ref('fct_source_loads') }} as loads
left join {{ ref('dim_source') }} as sources
    on loads.source = sources.source
