-- grain: one row per centre, day, and interval of a schedule in force on it, in wall time
with calendar as (
    select * from {{ ref('stg_reference__calendar_days') }}
    where week = '{{ var("run_week") }}'
),

schedules as (  -- as the register last stood in the run: it may have failed in the last week
    select * from {{ ref('stg_ais__schedules') }}
    where week = (select max(week) from {{ ref('stg_ais__schedules') }} where {{ in_run('week') }})
),

offices as (
    select
        offices.office_id,
        offices.week,
        offices.time_zone,
        coalesce(regional.calendar, 'federal') as calendar
    from {{ ref('stg_ais__offices') }} as offices
    left join (select distinct calendar from calendar) as regional  -- left: most regions have no days of their own
        on offices.region = regional.calendar
),

wall_time as (  -- minutes since midnight; a shortened day ends earlier, whichever interval is its last
    select
        offices.office_id,
        offices.time_zone,
        calendar.day,
        {{ minutes_of_day('schedules.opens_at') }} as opens,
        {{ minutes_of_day('schedules.closes_at') }} as closes,
        max({{ minutes_of_day('schedules.closes_at') }}) over (partition by offices.office_id, calendar.day)
        - calendar.closes_earlier_minutes as day_closes
    from schedules
    inner join offices
        on schedules.office_id = offices.office_id and schedules.week = offices.week
    inner join calendar
        on
            offices.calendar = calendar.calendar
            and schedules.weekday = calendar.weekday
            and calendar.day_kind <> 'off'
            and calendar.day >= coalesce(schedules.valid_from, calendar.day)
            and calendar.day <= coalesce(schedules.valid_to, calendar.day)
)

select
    office_id,
    time_zone,
    day,
    {{ moment_of_day('day', 'opens') }} as wall_from,
    {{ moment_of_day('day', 'least(closes, day_closes)') }} as wall_to
from wall_time
where opens < least(closes, day_closes)
