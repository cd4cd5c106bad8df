-- grain: one row per week, centre, day, and interval of the schedule that was the last to begin by the end of the week, in UTC
-- as a product that knows one schedule has it: alone, and for the days before it began too
with weeks as (
    select * from {{ ref('stg_reference__weeks') }}
    where week = '{{ var("run_week") }}' and {{ in_run('reference_week') }}
),

calendar as (
    select * from {{ ref('stg_reference__calendar_days') }}
    where week = '{{ var("run_week") }}' and day_kind <> 'off'
),

regional as (select distinct calendar from calendar),

schedules as (
    select
        weeks.reference_week,
        weeks.starts_on,
        schedules.*,
        rank() over (
            partition by schedules.office_id, weeks.reference_week
            order by coalesce(schedules.valid_from, date '0001-01-01') desc
        ) as place
    from {{ ref('stg_ais__schedules') }} as schedules
    inner join weeks
        on
            coalesce(schedules.valid_from <= weeks.ends_on, true)
            and coalesce(schedules.valid_to >= weeks.ends_on, true)
    where schedules.week = (select max(week) from {{ ref('stg_ais__schedules') }} where {{ in_run('week') }})
),

wall_time as (
    select
        schedules.reference_week,
        offices.office_id,
        offices.time_zone,
        calendar.day,
        {{ minutes_of_day('schedules.opens_at') }} as opens,
        {{ minutes_of_day('schedules.closes_at') }} as closes,
        max({{ minutes_of_day('schedules.closes_at') }}) over (
            partition by schedules.reference_week, offices.office_id, calendar.day
        ) - calendar.closes_earlier_minutes as day_closes
    from schedules
    inner join {{ ref('stg_ais__offices') }} as offices
        on schedules.office_id = offices.office_id and schedules.week = offices.week
    left join regional  -- left: most regions have no days of their own
        on offices.region = regional.calendar
    inner join calendar
        on
            coalesce(regional.calendar, 'federal') = calendar.calendar
            and schedules.weekday = calendar.weekday
            -- what is received in the week is answered within seven days
            and calendar.day between schedules.starts_on and schedules.starts_on + interval '15' day
    where schedules.place = 1
)

select
    reference_week,
    office_id,
    day,
    {{ utc_of_local(moment_of_day('day', 'opens'), 'time_zone') }} as open_from,
    {{ utc_of_local(moment_of_day('day', 'least(closes, day_closes)'), 'time_zone') }} as open_to
from wall_time
where opens < least(closes, day_closes)
