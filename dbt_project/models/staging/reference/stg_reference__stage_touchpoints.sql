-- grain: one row per journey, touchpoint that stands in it and week in which the methodology stood so
-- the stage is the first one in which the touchpoint stands
select
    journey,
    stage,
    touchpoint,
    week
from {{ landing('reference', 'stage_touchpoints') }}
