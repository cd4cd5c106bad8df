-- grain: one row per week, region and reason of dissatisfaction: its share of criticality times volume
{% set limits = [('raised', 'least(5, one.criticality + 1)'), ('lowered', 'greatest(1, one.criticality - 1)')] %}
with judged as (
    select
        *,
        criticality * volume as points,
        sum(criticality * volume) over (partition by week, region) as total,
        100.0 * unclassified_count / nullif(item_count, 0) as unclassified_share
    from {{ ref('int_reason_volumes') }}
),

-- places among the others, if a reason were judged one more or one less critical
placed as (
    select
        one.week,
        one.region,
        one.reason,
        1 + sum({{ flag('other.points > one.points') }}) as reason_rank,
        {% for name, criticality in limits %}
        1 + sum({{ flag('other.points > ' ~ criticality ~ ' * one.volume') }}) as rank_if_{{ name }}
        {{- ',' if not loop.last }}
        {% endfor %}
    from judged as one
    inner join judged as other
        on one.week = other.week and one.region = other.region
    where one.reason <> other.reason
    group by one.week, one.region, one.reason
),

stated as (
    select
        judged.*,
        placed.reason_rank,
        placed.rank_if_raised,
        placed.rank_if_lowered,
        case
            when has_gap then 'no_source'
            when total = 0 then 'no_data'
            when unclassified_share > {{ parameter('reason_unclassified_most') }} then 'unclassified'
            else 'ok'
        end as status
    from judged
    inner join placed
        on judged.week = placed.week and judged.region = placed.region and judged.reason = placed.reason
)

select
    week,
    region,
    reason,
    name,
    criticality,
    volume,
    case when status in ('ok', 'unclassified') then 100.0 * points / total end as reason_weight,
    {% for rank in ['reason_rank', 'rank_if_raised', 'rank_if_lowered'] %}
    case when status in ('ok', 'unclassified') then cast({{ rank }} as bigint) end as {{ rank }},
    {% endfor %}
    item_count,
    unclassified_count,
    unclassified_share,
    cast({{ parameter('reason_unclassified_most') }} as double) as unclassified_limit,
    status,
    reasons_version,
    position
from stated
