-- grain: one row per interval of a weekday in a schedule of a centre, and week in which the register stood so
select
    office_id,
    weekday,
    opens_at,
    closes_at,
    valid_from,
    valid_to,
    week
from {{ landing('ais', 'schedules') }}
