-- grain: one row per week, region, and cell of the metric plan (journey, stage, touchpoint, metric), or measured cell of no plan
with planned as (
    select * from {{ ref('stg_reference__metric_plan') }}
    where week = '{{ var("run_week") }}'
),

metrics as (select * from {{ ref('dim_metric') }}),

cells as (
    select * from {{ ref('metric_values') }}
    where
        {{ in_run('week') }}
        and office_id is null and journey is null and channel is null and client_group is null
),

regions as (
    select distinct
        week,
        region
    from cells
),

plan as (
    select
        regions.week,
        regions.region,
        planned.journey,
        planned.stage,
        planned.touchpoint,
        planned.metric,
        planned.position,
        metrics.has_touchpoint
    from planned
    inner join metrics on planned.metric = metrics.metric
    cross join regions
),

known as (
    select distinct
        touchpoint,
        metric
    from planned
),

-- a variant is read beside its lead, so only a lead can be missed by every plan
unplanned as (
    select
        cells.week,
        cells.region,
        cast(null as string) as journey,
        cast(null as string) as stage,
        cells.touchpoint,
        cells.metric,
        cast(null as bigint) as position,
        true as has_touchpoint
    from cells
    inner join metrics on cells.metric = metrics.metric
    left join known  -- left: what stands in no plan stays
        on cells.touchpoint = known.touchpoint and cells.metric = known.metric
    where
        metrics.is_lead and known.metric is null and cells.touchpoint is not null
        and (cells.status = 'hidden' or (cells.status in ('ok', 'weak') and cells.n > 0))
)

select
    places.week,
    places.region,
    places.journey,
    places.stage,
    places.touchpoint,
    places.metric,
    places.position,
    places.journey is not null as is_planned,
    cells.n,
    cells.status,
    case
        when places.journey is null then 'unplanned'
        when not places.has_touchpoint then 'not_by_touchpoint'
        when cells.status in ('no_source', 'hidden') then cells.status
        when coalesce(cells.n, 0) = 0 then 'no_data'  -- of a count too: nobody files anything under the touchpoint
        when cells.status = 'weak' then 'weak'
        else 'measured'
    end as coverage
from (
    select * from plan
    union all
    select * from unplanned
) as places
left join cells  -- left: a metric that is not cut by touchpoint has no cell
    on
        places.week = cells.week
        and places.region = cells.region
        and places.metric = cells.metric
        and places.touchpoint = cells.touchpoint
