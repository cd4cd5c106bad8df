"""What the site asks of the published copy: plain selects, and sums of additive counts of rows.

What does not belong here: formulas of metrics. A value that may not be shown never leaves these queries.
"""

from __future__ import annotations

REGIONS = """
select region, count(*) filter (where is_office) as offices
from (
    select region, true as is_office from dim_office
    union all
    select distinct region, false as is_office from metric_values
)
where region is not null
group by region
order by offices desc, region
"""

WEEKS = "select distinct week from metric_values where region = $region order by week"

METRICS = """
select
    metric, name, unit, better, kind, quantile, decimals,
    definition_id, definition_version, clause, description, aspect, is_lead
from dim_metric
order by position, metric
"""

OFFICES = """
select office_id, coalesce(name, office_id) as name, municipality, time_zone
from dim_office
where region = $region
order by office_id
"""

# A week of history for the wide cuts; of the narrow ones (centre × touchpoint, centre × channel) only the newest.
# Of variants the newest week of the region: no page shows more of them; of aspects that of its centres too.
CELLS = """
select
    v.week, v.office_id, v.journey, v.stage, v.touchpoint, v.channel, v.client_group, v.segment, v.metric,
    v.status, v.maturity,
    case when v.status in ('ok', 'weak') then v.value end as value,
    case when v.status in ('ok', 'weak') then v.n end as n,
    case when v.status in ('ok', 'weak') then v.ci_low end as ci_low,
    case when v.status in ('ok', 'weak') then v.ci_high end as ci_high,
    case when v.status in ('ok', 'weak') and c.is_signal then c.previous_value end as previous_value,
    case when v.status in ('ok', 'weak') and c.is_signal then c.change end as change,
    case
        when v.status not in ('ok', 'weak') or c.week is null then 'unknown'
        when c.is_signal is null then 'untested'
        when not c.is_signal then 'none'
        when m.better = 'none' then 'changed'
        when (c.signal_direction = 'up') = (m.better = 'higher') then 'better'
        else 'worse'
    end as verdict,
    case when v.status in ('ok', 'weak') and c.is_signal then c.signal_rule end as rule,
    case when v.status in ('ok', 'weak') and c.is_signal then c.signal_direction end as direction
from metric_values as v
inner join dim_metric as m on v.metric = m.metric
left join metric_changes as c
    on v.week = c.week and v.metric = c.metric and v.region = c.region
    and v.office_id is not distinct from c.office_id
    and v.journey is not distinct from c.journey
    and v.stage is not distinct from c.stage
    and v.touchpoint is not distinct from c.touchpoint
    and v.channel is not distinct from c.channel
    and v.client_group is not distinct from c.client_group
    and v.segment is not distinct from c.segment
where v.region = $region and v.week between $oldest and $newest
    and (v.week = $newest or v.office_id is null or (v.touchpoint is null and v.channel is null))
    and (m.is_lead or (
        v.week = $newest
        and (
            m.aspect is not null
            or coalesce(v.office_id, v.journey, v.stage, v.touchpoint, v.channel, v.client_group, v.segment) is null
        )
    ))
"""

# A failed source without a centre has failed for all of them; rows of single centres repeat what the whole row counts.
SOURCES = """
select
    week, source, any_value(coalesce(source_name, source)) as source_name,
    (sum(rows_read) filter (where office_id is null))::bigint as rows_read,
    (sum(rows_landed) filter (where office_id is null))::bigint as rows_landed,
    (sum(rows_quarantined) filter (where office_id is null))::bigint as rows_quarantined,
    (sum(rows_other_week) filter (where office_id is null))::bigint as rows_other_week,
    count(distinct coalesce(office_id, '*')) filter (where status = 'no_source') as failed,
    count(distinct office_id) as deliveries,
    bool_or(status = 'no_source' and office_id is null) as is_lost
from source_status
where week between $oldest and $newest and status <> 'not_configured'
group by week, source
order by source_name, source, week
"""

LOADS = """
select source, coalesce(source_name, source) as source_name, office_id, entity, status,
    rows_read, rows_landed, rows_quarantined, rows_other_week, message
from source_status
where week = $newest and status <> 'not_configured'
order by source_name, source, status = 'loaded', entity, office_id
"""

LINKS = """
select source, coalesce(link_method, '') as link_method, coalesce(unlinked_reason, '') as unlinked_reason,
    sum(feedback_count)::bigint as feedback_count
from feedback_links
where week = $newest and region is not distinct from $region
group by all
order by source, link_method desc, unlinked_reason
"""

# How often each answer was given in the whole region.
ANSWERS = """
select
    question, answer_position, answer_label,
    case when status in ('ok', 'weak') then answer_count end as answer_count,
    case when status in ('ok', 'weak') then answer_share end as answer_share,
    status
from answer_distribution
where week = $newest and region = $region and coalesce(office_id, touchpoint, channel) is null
order by question, answer_position
"""

REASONS = """
select
    reason, name, criticality, volume, reason_weight, reason_rank, rank_if_raised, rank_if_lowered,
    item_count, unclassified_count, unclassified_share, unclassified_limit, status
from reason_weights
where week = $newest and region = $region
order by reason_rank nulls last, position
"""

# Stages of journeys with what their plan asks for, in the order of the maps; then what no plan asks for.
COVERAGE = """
select
    c.journey, c.stage, s.name as stage_name, c.touchpoint, c.metric, c.coverage,
    case when c.status in ('ok', 'weak') then c.n end as n
from coverage_matrix as c
inner join dim_metric as m on c.metric = m.metric
left join dim_journey as j on c.journey = j.journey
left join dim_stage as s on c.journey = s.journey and c.stage = s.stage
where c.week = $newest and c.region = $region
order by j.position, c.position, c.touchpoint, m.position
"""

COVERAGE_COUNTS = """
select coverage, count(*) as cells
from coverage_matrix
where week = $newest and region = $region
group by coverage
"""

# The same conversations under the rules of other products. A median stands on those that were answered: its numerator.
RULES = """
select
    r.metric, r.rule,
    case when r.status in ('ok', 'weak') then r.value end as value,
    case when r.status in ('ok', 'weak') then r.difference end as difference,
    case
        when r.status not in ('ok', 'weak') then null
        when m.kind in ('median', 'quantile') then r.numerator
        else r.denominator
    end as n,
    r.status
from definition_reconciliation as r
inner join dim_metric as m on r.metric = m.metric
where r.week = $newest and r.region = $region and r.office_id is null
order by r.position
"""

# A set without a segment stands before those of its segments.
KPIS = """
select
    kpi_set, client_group, segment, kpi, name, kpi_rank, metric, owner, lower_bound, upper_bound, better, act,
    status, maturity, value, n, ci_low, ci_high, distance, verdict
from kpi_status
where week = $newest and region = $region
order by client_group, segment nulls first, kpi_set, kpi_rank, kpi
"""

ISSUE = """
select week, revision, strftime(released_at::timestamp, '%d.%m.%Y %H:%M') as released_at, manifest_sha256
from issues
where week <= $newest
order by week desc, revision desc
limit 1
"""


def dictionary(code: str) -> str:
    """Select of a dictionary of codes (touchpoint, channel, client_group, segment, journey, aspect) in its order."""
    return f"select {code}, coalesce(name, {code}) from dim_{code} order by position, {code}"
