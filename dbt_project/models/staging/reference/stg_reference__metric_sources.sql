-- grain: one row per metric and source that it needs, as the methodology stood in the week of the run
select
    metric,
    source
from {{ landing('reference', 'metric_sources') }}
where week = '{{ var("run_week") }}'
