-- grain: one row per centre and stretch of working time within one UTC day
with hours as (select * from {{ ref('int_office_hours_utc') }}),

steps as (
    select 0 as number
    union all
    select 1 as number
),

-- cut at UTC midnights, so that a moment finds its day without asking for the zone of its centre
by_day as (
    select
        hours.office_id,
        cast(hours.open_from as date) as first_day,
        hours.open_from,
        hours.open_to,
        steps.number
    from hours
    cross join steps
),

cut as (
    select
        office_id,
        greatest(open_from, {{ moment_of_day('first_day', '1440 * number') }}) as open_from,
        least(open_to, {{ moment_of_day('first_day', '1440 * (number + 1)') }}) as open_to
    from by_day
),

-- intervals that overlap or touch are one: two schedules in force at once do not count twice
marked as (
    select
        office_id,
        cast(open_from as date) as utc_day,
        open_from,
        open_to,
        case
            when open_from <= max(open_to) over (
                partition by office_id, cast(open_from as date)
                order by open_from, open_to rows between unbounded preceding and 1 preceding
            ) then 0 else 1
        end as is_first
    from cut
    where open_from < open_to
),

numbered as (
    select
        *,
        sum(is_first) over (
            partition by office_id, utc_day order by open_from, open_to rows unbounded preceding
        ) as stretch
    from marked
)

select
    office_id,
    utc_day,
    min(open_from) as open_from,
    max(open_to) as open_to
from numbered
group by office_id, utc_day, stretch
