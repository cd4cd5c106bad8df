-- grain: one row per week, region and reason: negative feedback of the last weeks, and how critical the reason is
with weeks as (
    select * from {{ ref('stg_reference__weeks') }}
    where week = '{{ var("run_week") }}'
),

reported as (select * from weeks where {{ in_run('reference_week') }}),

spans as (
    select
        reported.reference_week as week,
        weeks.reference_week as item_week
    from reported
    inner join weeks
        on
            weeks.week_number > reported.week_number - {{ parameter('reason_weeks') | int }}
            and weeks.week_number <= reported.week_number
),

-- the judgement that started last
judged as (
    select
        reported.reference_week as week,
        reasons.reason,
        reasons.name,
        reasons.criticality,
        reasons.reasons_version,
        reasons.position,
        row_number() over (
            partition by reported.reference_week, reasons.reason order by reasons.valid_from desc
        ) as turn
    from {{ ref('stg_reference__reasons') }} as reasons
    inner join reported
        on reasons.valid_from <= reported.starts_on
    where reasons.week = '{{ var("run_week") }}'
),

items as (
    select
        spans.week,
        feedback.region,
        feedback.feedback_id,
        feedback.reason
    from {{ ref('int_feedback_reasons') }} as feedback
    inner join spans
        on feedback.week = spans.item_week
),

totals as (
    select
        week,
        region,
        count(distinct feedback_id) as item_count,
        count(distinct case when reason is null then feedback_id end) as unclassified_count
    from items
    group by week, region
),

volumes as (
    select
        week,
        region,
        reason,
        count(distinct feedback_id) as volume
    from items
    group by week, region, reason
),

offices as (select * from {{ ref('dim_office') }}),

gaps as (
    select distinct
        spans.week,
        offices.region
    from {{ ref('fct_source_loads') }} as loads
    inner join spans
        on loads.week = spans.item_week
    inner join offices  -- a load of no centre is one of all
        on coalesce(loads.office_id, offices.office_id) = offices.office_id
    where
        loads.source in ('survey', 'complaints_book', 'letters', '{{ mention_sources() | join("', '") }}')
        and loads.status = 'no_source'
        and {{ in_history('loads.week') }}
)

select
    judged.week,
    regions.region,
    judged.reason,
    judged.name,
    judged.criticality,
    judged.reasons_version,
    judged.position,
    coalesce(volumes.volume, 0) as volume,
    coalesce(totals.item_count, 0) as item_count,
    coalesce(totals.unclassified_count, 0) as unclassified_count,
    gaps.week is not null as has_gap
from judged
cross join (select distinct region from offices) as regions
left join volumes
    on judged.week = volumes.week and regions.region = volumes.region and judged.reason = volumes.reason
left join totals
    on judged.week = totals.week and regions.region = totals.region
left join gaps
    on judged.week = gaps.week and regions.region = gaps.region
where judged.turn = 1
