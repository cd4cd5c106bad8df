-- grain: one row per metric and week, and region and centre where only they lack a source that the metric needs
with needed as (
    select * from {{ ref('stg_reference__metric_sources') }}
    where week = '{{ var("run_week") }}'
),

loads as (
    select * from {{ ref('fct_source_loads') }}
    where {{ in_run('week') }}
),

weeks as (select distinct week from loads),

offices as (select * from {{ ref('dim_office') }}),

-- a source that did not land at all is as missing as one that failed; one that the region does not have is not
whole as (
    select
        weeks.week,
        needed.source
    from weeks
    cross join (select distinct source from needed) as needed
    left join loads
        on weeks.week = loads.week and needed.source = loads.source and loads.status <> 'no_source'
    group by weeks.week, needed.source
    having count(loads.source) = 0

    union

    select
        week,
        source
    from loads
    where status = 'no_source' and office_id is null
),

missing as (
    select
        week,
        source,
        cast(null as string) as region,
        cast(null as string) as office_id
    from whole
    union all
    select
        loads.week,
        loads.source,
        offices.region,
        offices.office_id
    from loads
    inner join offices
        on loads.office_id = offices.office_id
    where loads.status = 'no_source'
),

-- a metric of which the region has no source at all
unserved as (
    select
        weeks.week,
        needed.metric
    from weeks
    cross join needed
    left join loads
        on weeks.week = loads.week and needed.source = loads.source and loads.status <> 'not_configured'
    group by weeks.week, needed.metric
    having count(loads.source) = 0
)

select
    missing.week,
    needed.metric,
    missing.region,
    missing.office_id
from missing
inner join needed
    on missing.source = needed.source

union

select
    week,
    metric,
    cast(null as string) as region,
    cast(null as string) as office_id
from unserved
