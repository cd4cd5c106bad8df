-- grain: one row per journey, stage, touchpoint and metric that is watched there, and week in which the methodology stood so
select
    journey,
    stage,
    touchpoint,
    metric,
    position,
    week
from {{ landing('reference', 'metric_plan') }}
