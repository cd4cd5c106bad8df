-- grain: one row per week, region, centre, source, entity, class of records, and reason of those that do not count
{{ config(materialized='weekly') }}

-- an event or a message is a part of its contact, a score of its evaluation; no metric of them waits longer than these
{% set counted_by = {
    'rr': ['interactions', 'interaction_events', 'conversations', 'conversation_events', 'messages'],
    'ces': ['answers'],
    'link_rate': ['responses', 'entries', 'mentions'],
    'iqs': ['evaluations', 'evaluation_scores'],
} %}
{% set columns = ['week', 'region', 'office_id', 'source', 'entity', 'exclusion_reason'] %}
with records as (
    select
        {{ columns | join(',\n        ') }},
        counted_week,
        case
            {% for metric, entities in counted_by.items() %}
            when entity in ('{{ entities | join("', '") }}') then '{{ metric }}'
            {% endfor %}
        end as metric,
        count(*) as record_count
    from {{ ref('int_record_reasons') }}
    where {{ in_run('week') }}
    group by {{ columns | join(', ') }}, counted_week
),

weeks as (
    select * from {{ ref('stg_reference__weeks') }}
    where week = '{{ var("run_week") }}'
),

run_week as (select * from weeks where reference_week = '{{ var("run_week") }}'),

classed as (
    select
        records.*,
        case
            when records.exclusion_reason is not null then 'excluded'
            when weeks.week_number + metrics.maturity_weeks > run_week.week_number then 'not_mature'
            else 'counted'
        end as record_class
    from records
    cross join run_week
    left join weeks  -- left: what does not count has no week
        on records.counted_week = weeks.reference_week
    left join {{ ref('dim_metric') }} as metrics  -- left: nor has a register a metric
        on records.metric = metrics.metric
)

select
    {{ columns | join(',\n    ') }},
    record_class,
    cast(sum(record_count) as bigint) as record_count
from classed
group by {{ columns | join(', ') }}, record_class
