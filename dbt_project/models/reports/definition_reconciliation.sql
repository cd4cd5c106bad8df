-- grain: one row per week, region, centre (null: the region), metric and rule by which a product counts conversations
{{ config(materialized='weekly') }}

with rules as (
    {{ rules_relation() }}
),

leads as (
    select * from {{ ref('metric_values') }}
    where
        {{ in_run('week') }}
        and journey is null and touchpoint is null and channel is null and client_group is null
),

cells as (
    select
        leads.week,
        leads.region,
        leads.office_id,
        rules.metric,
        rules.kind,
        rules.rule,
        rules.position,
        coalesce(sums.numerator, 0) as numerator,
        coalesce(sums.denominator, 0) as denominator,
        coalesce(case rules.kind when 'median' then sums.n else sums.denominator end, 0) as n,
        sums.quantile_value,
        leads.status = 'no_source' as is_source_missing,
        false as is_suppressed
    from leads
    inner join rules on leads.metric = rules.metric
    left join {{ ref('int_reconciliation_sums') }} as sums  -- left: of some centres there are no conversations
        on
            leads.week = sums.week
            and leads.region = sums.region
            and leads.office_id is not distinct from sums.office_id
            and rules.rule = sums.rule
),

estimates as (
    select
        *,
        case when not is_source_missing then {{ metric_point() }} end as value,
        {{ metric_status() }} as status
    from cells
)

select
    region,
    office_id,
    metric,
    rule,
    position,
    value,
    numerator,
    denominator,
    value - first_value(value) over (partition by week, region, office_id, metric order by position) as difference,
    status,
    week
from estimates
