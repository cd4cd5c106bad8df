-- grain: one row per metric and source that it needs and week in which the methodology stood so
select
    metric,
    source,
    week
from {{ landing('reference', 'metric_sources') }}
