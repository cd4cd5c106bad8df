-- grain: one row per ISO week
select
    reference_week as week,
    week_number,
    starts_on,
    ends_on
from {{ landing('reference', 'weeks') }}
where week = '{{ var("run_week") }}'
