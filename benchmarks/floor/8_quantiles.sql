-- Medians and quantiles with their order-statistic intervals, from the sorted values of each cell.
create or replace temp table quantile_cell as
with sorted as (
    select
        week, 'ttfr' as metric, region, office_id, journey, stage, touchpoint, channel, client_group, segment,
        list_sort(list(reply_working_minutes)) as x
    from interaction
    where not is_out and is_talk and reply_working_minutes is not null
    group by grouping sets (
        (week, region), (week, region, office_id), (week, region, journey), (week, region, touchpoint),
        (week, region, channel), (week, region, client_group), (week, region, office_id, touchpoint),
        (week, region, office_id, channel), (week, region, journey, stage), (week, region, client_group, segment)
    )
    having (grouping(office_id) = 1 or office_id is not null) and (grouping(journey) = 1 or journey is not null)
        and (grouping(touchpoint) = 1 or touchpoint is not null) and (grouping(channel) = 1 or channel is not null)
        and (grouping(client_group) = 1 or client_group is not null)
        and (grouping(stage) = 1 or stage is not null) and (grouping(segment) = 1 or segment is not null)
),
measured as (
    select week, 'ttfr_calendar' as metric, region, office_id, touchpoint, channel, reply_minutes as x
    from interaction where not is_out and is_talk and is_answered
    union all
    select week, 'queue_wait' as metric, region, office_id, touchpoint, channel, wait_minutes as x
    from interaction where not is_out and wait_minutes is not null
    union all
    select week, 'ttfr_reopen' as metric, region, office_id, touchpoint, channel, reply_working_minutes as x
    from reopening
),
sorted_variant as (
    select week, metric, region, office_id, touchpoint, channel, list_sort(list(x)) as x
    from measured
    group by grouping sets (
        (week, metric, region), (week, metric, region, office_id), (week, metric, region, touchpoint),
        (week, metric, region, channel)
    )
    having (grouping(office_id) = 1 or office_id is not null)
        and (grouping(touchpoint) = 1 or touchpoint is not null) and (grouping(channel) = 1 or channel is not null)
),
ranked as (
    select *, 0.5 as q, len(x) as n, (x[(n + 1) // 2] + x[n // 2 + 1]) / 2 as value from sorted
    union all by name
    select *, 0.5 as q, len(x) as n, (x[(n + 1) // 2] + x[n // 2 + 1]) / 2 as value from sorted_variant
    union all by name
    select * replace ('ttfr_p90' as metric), 0.9 as q, len(x) as n, x[ceil(n * q)::int] as value
    from sorted
    where journey is null and client_group is null and (office_id is null or (touchpoint is null and channel is null))
    union all by name
    select * replace ('queue_wait_p90' as metric), 0.9 as q, len(x) as n, x[ceil(n * q)::int] as value
    from sorted_variant where metric = 'queue_wait'
)
select
    * exclude (x, q),
    (
        x[least(n, floor(n * q + 1.959963984540054 * sqrt(n * q * (1 - q)) + 1.5))::int]
        - x[greatest(1, floor(n * q - 1.959963984540054 * sqrt(n * q * (1 - q)) + 0.5))::int]
    ) / (2 * 1.959963984540054) as standard_error
from ranked;
