-- grain: one row per centre, day, and interval of a schedule in force on it, in UTC
with hours as (select * from {{ ref('int_office_hours') }}),

wall_times as (
    select
        time_zone,
        wall_from as wall_time
    from hours
    union  -- each once: many centres keep the same hours, and the zone of each would be asked anew
    select
        time_zone,
        wall_to as wall_time
    from hours
),

moments as (
    select
        time_zone,
        wall_time,
        {{ utc_of_local('wall_time', 'time_zone') }} as moment
    from wall_times
)

select
    hours.office_id,
    hours.day,
    opened.moment as open_from,
    closed.moment as open_to
from hours
inner join moments as opened
    on hours.time_zone = opened.time_zone and hours.wall_from = opened.wall_time
inner join moments as closed
    on hours.time_zone = closed.time_zone and hours.wall_to = closed.wall_time
