{# The value, the interval and the status of a metric: each rule once, for every metric.

   Inputs are columns of metric_cells: kind, numerator, squares (Σnumerator²), denominator, n,
   quantile_value, quantile_low, quantile_high. Intervals at 95 %: shares by Wilson; nets by adjusted Wald (n + 3,
   ¾ to each side); means by their
   standard error; medians and quantiles by order statistics; counts and ratios have none. Source: metrics 3.0. #}

{% macro metric_point() -%}
    case
        when kind in ('share', 'net', 'ratio') then 100 * numerator / nullif(denominator, 0)
        when kind = 'mean' then numerator / nullif(denominator, 0)
        when kind in ('median', 'quantile') then quantile_value
        when kind = 'count' then numerator
    end
{%- endmacro %}

{% macro interval_centre() -%}
    {%- set z = parameter('confidence_z') -%}
    case
        when kind = 'share'
            then 100 * (numerator + {{ z }} * {{ z }} / 2) / (nullif(denominator, 0) + {{ z }} * {{ z }})
        when kind = 'net' then 100 * numerator / (nullif(denominator, 0) + 3)
        when kind = 'mean' then numerator / nullif(denominator, 0)
        when kind in ('median', 'quantile') then quantile_value
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
                    (squares + 1.5) / (nullif(denominator, 0) + 3)
                    - numerator * numerator / ((denominator + 3) * (denominator + 3))
                ) / (denominator + 3)
            )
        -- rounding may leave a variance of equal values just below zero
        when kind = 'mean' and denominator > 1
            then sqrt(
                greatest(0, squares - numerator * numerator / denominator) / (denominator - 1) / denominator
            )
        when kind in ('median', 'quantile') then (quantile_high - quantile_low) / (2 * {{ z }})
    end
{%- endmacro %}

{% macro metric_status() -%}
    case
        when is_source_missing then 'no_source'
        when kind <> 'count' and coalesce(n, 0) = 0 then 'no_data'
        when is_suppressed then 'hidden'
        when kind <> 'count' and n < {{ parameter('weak_below_n') }} then 'weak'
        else 'ok'
    end
{%- endmacro %}
