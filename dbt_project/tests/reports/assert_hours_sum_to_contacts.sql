-- The contacts of all hours of a centre sum to those that cv2 counts, and those out of its hours to what the variant counts.
with loads as (
    select
        week,
        region,
        office_id,
        sum(contact_count) as contact_count,
        sum(out_of_hours_count) as out_of_hours_count
    from {{ ref('contact_load') }}
    where {{ in_run('week') }}
    group by week, region, office_id
),

counted as (
    select
        week,
        region,
        office_id,
        coalesce(max(case when metric = 'cv2' then numerator end), 0) as cv2,
        coalesce(max(case when metric = 'cv2_out_of_hours' then numerator end), 0) as cv2_out_of_hours
    from {{ ref('metric_values') }}
    where
        {{ in_run('week') }} and metric in ('cv2', 'cv2_out_of_hours') and office_id is not null
        and coalesce({{ dimensions() | reject('equalto', 'office_id') | join(', ') }}) is null
    group by week, region, office_id
)

select
    counted.week,
    counted.region,
    counted.office_id,
    counted.cv2,
    loads.contact_count,
    counted.cv2_out_of_hours,
    loads.out_of_hours_count
from counted
left join loads
    on counted.week = loads.week and counted.region = loads.region and counted.office_id = loads.office_id
where
    counted.cv2 <> coalesce(loads.contact_count, 0)
    or counted.cv2_out_of_hours <> coalesce(loads.out_of_hours_count, 0)
