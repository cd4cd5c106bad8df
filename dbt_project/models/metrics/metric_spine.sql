-- grain: one row per metric, week and cell that must exist even with nothing to count
with weeks as (
    select distinct week from {{ ref('fct_source_loads') }}
    where {{ in_run('week') }}
),

metrics as (select * from {{ ref('dim_metric') }}),

regions as (
    select region from {{ ref('dim_office') }}
    union
    select region from {{ ref('metric_sums') }}
    where {{ in_run('week') }}
),

places as (
    select
        region,
        cast(null as string) as office_id,
        cast(null as string) as touchpoint
    from regions
    union all
    select
        region,
        office_id,
        cast(null as string) as touchpoint
    from {{ ref('dim_office') }}
    union all
    select
        regions.region,
        cast(null as string) as office_id,
        touchpoints.touchpoint
    from regions
    cross join {{ ref('dim_touchpoint') }} as touchpoints
)

select
    weeks.week,
    metrics.metric,
    places.region,
    places.office_id,
    places.touchpoint
from weeks
cross join metrics
cross join places
where metrics.has_touchpoint or places.touchpoint is null
