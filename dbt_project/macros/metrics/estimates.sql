{# The value, the interval and the status of a metric: each rule once, for every metric.

   Inputs are columns of metric_cells: kind, numerator, numerator_size (Σ|numerator|), denominator, n,
   median, median_low, median_high. Intervals at 95 %: shares by Wilson; nets by adjusted Wald (n + 3,
   ¾ to each side); medians by order statistics; counts have none. Source: metrics 3.0. #}

{% macro metric_point() -%}
    case
        when kind in ('share', 'net') then 100 * numerator / nullif(denominator, 0)
        when kind = 'median' then median
        when kind = 'count' then numerator
    end
{%- endmacro %}

{% macro interval_centre() -%}
    {%- set z = parameter('confidence_z') -%}
    case
        when kind = 'share'
            then 100 * (numerator + {{ z }} * {{ z }} / 2) / (nullif(denominator, 0) + {{ z }} * {{ z }})
        when kind = 'net' then 100 * numerator / (nullif(denominator, 0) + 3)
        when kind = 'median' then median
    end
{%- endmacro %}

{% macro interval_error() -%}
    {%- set z = parameter('confidence_z') -%}
    case
        when kind = 'share'
            then 100 * sqrt(
                numerator * (denominator - numerator) / nullif(denominator, 0) + {{ z }} * {{ z }} / 4
            ) / (nullif(denominator, 0) + {{ z }} * {{ z }})
        when kind = 'net'
            then 100 * sqrt(
                (
                    (numerator_size + 1.5) / (nullif(denominator, 0) + 3)
                    - numerator * numerator / ((denominator + 3) * (denominator + 3))
                ) / (denominator + 3)
            )
        when kind = 'median' then (median_high - median_low) / (2 * {{ z }})
    end
{%- endmacro %}

{% macro metric_status() -%}
    case
        when is_source_missing then 'no_source'
        when kind <> 'count' and coalesce(n, 0) = 0 then 'no_data'
        when is_survey and n < {{ parameter('hidden_below_n') }} then 'hidden'
        when kind <> 'count' and n < {{ parameter('weak_below_n') }} then 'weak'
        else 'ok'
    end
{%- endmacro %}
