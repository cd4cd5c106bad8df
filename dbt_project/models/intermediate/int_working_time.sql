-- grain: one row per centre and stretch of time from a UTC midnight or an opening to the next of either
-- working time between two moments is what had passed by the one less what had passed by the other
with intervals as (select * from {{ ref('int_working_intervals') }}),

calendar as (
    select
        day,
        min(day) over () as first_day,
        max(day) over () as last_day
    from {{ ref('stg_reference__calendar_days') }}
    where week = '{{ var("run_week") }}'
),

days as (  -- the first and the last are whole in no zone: half of their UTC day belongs to a day that did not land
    select distinct day as utc_day from calendar
    where day > first_day and day < last_day
),

starts as (
    select
        intervals.office_id,
        intervals.utc_day,
        intervals.open_from as starts_at,
        {{ minutes_between('intervals.open_from', 'intervals.open_to') }} as working_minutes
    from intervals
    inner join days on intervals.utc_day = days.utc_day
    union all
    select
        offices.office_id,
        days.utc_day,
        cast(days.utc_day as timestamp) as starts_at,
        0 as working_minutes
    from (select distinct office_id from intervals) as offices
    cross join days
),

merged as (  -- an opening at midnight is both
    select
        office_id,
        utc_day,
        starts_at,
        cast(max(working_minutes) as bigint) as working_minutes
    from starts
    group by office_id, utc_day, starts_at
)

select
    office_id,
    utc_day,
    starts_at,
    coalesce(
        lead(starts_at) over (partition by office_id, utc_day order by starts_at),
        {{ moment_of_day('utc_day', '1440') }}
    ) as ends_at,
    working_minutes,
    cast(coalesce(sum(working_minutes) over (
        partition by office_id order by starts_at rows between unbounded preceding and 1 preceding
    ), 0) as bigint) as minutes_before
from merged
