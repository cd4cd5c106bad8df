-- The floor: every released value of one week, computed by hand from the same landing files, script by script.
-- No models, no tests, no tables kept: what DuckDB needs at the least. The variable `landing` is their folder.
create or replace temp macro landed(entity) as table
    select * from read_parquet(
        getvariable('landing') || '/' || entity || '/week=*/data.parquet',
        hive_partitioning = true, hive_types = {'week': varchar}
    );

-- Each centre's time, cut wherever it opens or closes and at midnights (UTC), with what it had worked before.
-- Everything that is counted happens in the landed weeks, a day more at either end in UTC.
create or replace temp table clock as
with landed_days as (
    select min(starts_on) - 1 as first_day, max(ends_on) + 1 as last_day
    from landed('reference/weeks') where reference_week = week
),
day as (
    select distinct c.calendar, c.day, c.day_kind, c.weekday, c.closes_earlier_minutes
    from landed('reference/calendar_days') as c, landed_days as l where c.day between l.first_day and l.last_day
),
office as (
    select distinct o.week, o.office_id, o.time_zone, coalesce(d.calendar, 'federal') as calendar
    from landed('ais/offices') as o left join day as d on o.region = d.calendar
),
wall as (
    select
        o.office_id, o.time_zone, d.day + s.opens_at::interval as opens, d.day + s.closes_at::interval as closes,
        max(d.day + s.closes_at::interval) over (partition by o.office_id, d.day)
        - to_minutes(d.closes_earlier_minutes) as day_closes
    from landed('ais/schedules') as s
    inner join office as o using (week, office_id)
    inner join day as d
        on o.calendar = d.calendar and s.weekday = d.weekday and d.day_kind <> 'off'
        and d.day between coalesce(s.valid_from, d.day) and coalesce(s.valid_to, d.day)
    where s.week = (select max(week) from landed('ais/schedules'))
),
boundary as (
    select office_id, opens at time zone time_zone at time zone 'UTC' as moment, 1 as step
    from wall where opens < least(closes, day_closes)
    union all
    select office_id, least(closes, day_closes) at time zone time_zone at time zone 'UTC' as moment, -1 as step
    from wall where opens < least(closes, day_closes)
    union all
    select o.office_id, d.day as moment, 0 as step
    from (select distinct office_id from wall) as o, (select distinct day from day) as d
),
stretch as (
    select
        office_id, moment as starts_at, lead(moment) over office_time as ends_at,
        sum(sum(step)) over office_time > 0 as is_open
    from boundary group by office_id, moment
    window office_time as (partition by office_id order by moment)
)
select
    office_id, starts_at::date as day, starts_at, ends_at, is_open,
    sum(case when is_open then epoch_us(ends_at) - epoch_us(starts_at) else 0 end) over (
        partition by office_id order by starts_at
    )::bigint - case when is_open then epoch_us(ends_at) - epoch_us(starts_at) else 0 end as worked_before
from stretch where ends_at is not null;

-- microseconds that a centre had worked by a moment in a stretch of its clock
create or replace temp macro worked(stretch, moment) as
    stretch.worked_before + case when stretch.is_open then epoch_us(moment) - epoch_us(stretch.starts_at) else 0 end;
