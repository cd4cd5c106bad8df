-- grain: one row per day of a production calendar, and week in which the calendar stood so
select
    calendar,
    day,
    day_kind,
    weekday,
    closes_earlier_minutes,
    is_official,
    week
from {{ landing('reference', 'calendar_days') }}
