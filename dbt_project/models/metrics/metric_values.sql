-- grain: one row per metric, week and cell; a null dimension means all
{% set z = parameter('confidence_z') %}
with estimates as (
    select
        *,
        status in ('ok', 'weak') as is_shown
    from {{ ref('metric_estimates') }}
)

select
    week,
    region,
    {{ dimensions() | join(',\n    ') }},
    metric,
    case when is_shown then value end as value,
    case when not is_suppressed then numerator end as numerator,
    case when not is_suppressed then denominator end as denominator,
    case when not is_suppressed then n end as n,
    case
        when is_shown and kind in ('median', 'quantile') then quantile_low
        when is_shown and kind = 'mean' then centre - {{ z }} * standard_error
        when is_shown and kind = 'net' then greatest(-100, centre - {{ z }} * standard_error)
        when is_shown and kind = 'share' then greatest(0, centre - {{ z }} * standard_error)
    end as ci_low,
    case
        when is_shown and kind in ('median', 'quantile') then quantile_high
        when is_shown and kind = 'mean' then centre + {{ z }} * standard_error
        when is_shown and kind in ('share', 'net') then least(100, centre + {{ z }} * standard_error)
    end as ci_high,
    status,
    maturity,
    definition_id,
    definition_version,
    as_of
from estimates
