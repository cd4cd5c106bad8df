-- grain: one row per corridor of a KPI of a set and week in which the methodology stood so
select
    kpi_set,
    client_group,
    segment,
    kpi,
    name,
    kpi_rank,
    metric,
    owner,
    lower_bound,
    upper_bound,
    better,
    act,
    valid_from,
    valid_to,
    week
from {{ landing('reference', 'kpi_corridors') }}
