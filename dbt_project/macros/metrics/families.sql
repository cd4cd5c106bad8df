{# A family of metrics: formulas over the rows of one relation. One model holds them; from what it declares come the
   rows of the trace (metric_rows, here) and the sums of all cells (relation_sums): written once, computed in one pass. #}

{# Models that declare families. A new one is added here. #}
{% macro metric_families() -%}
    {{ return([
        'metrics_completion', 'metrics_confirmation', 'metrics_effort', 'metrics_expectation',
        'metrics_first_contact', 'metrics_handovers', 'metrics_links', 'metrics_mentions', 'metrics_quality',
        'metrics_recommendation', 'metrics_reopenings', 'metrics_replies', 'metrics_resolution',
        'metrics_resolution_flow', 'metrics_resolution_month', 'metrics_survey', 'metrics_turns',
        'metrics_visits', 'metrics_volume',
    ]) }}
{%- endmacro %}

{# Families that have metrics of some kinds. #}
{% macro families_of(kinds) -%}
    {%- set codes = metrics_of(true, kinds) + metrics_of(false, kinds) -%}
    {%- set found = [] -%}
    {%- for name in metric_families() -%}
        {%- do ref(name) -%}
        {%- if execute
            and graph.nodes['model.cx_warehouse.' ~ name].config.meta.family.metrics | select('in', codes) | list -%}
            {%- do found.append(name) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}

{# 1 where a condition holds, else 0. #}
{% macro flag(condition) -%}
    case when {{ condition }} then 1 else 0 end
{%- endmacro %}

{# The rows of a family: one per metric and record that counts in it or was excluded from it.
   relation, record: the model whose rows are counted, and the column that names a row.
   metrics: by code, SQL expressions over the relation: numerator; denominator (1 unless given); measure, of medians
     and quantiles; and, where it differs from the rest of the family, excluded or rows.
   excluded: the reason why a row does not count, or null. rows: a condition on the rows that are meant at all.
   without: dimensions that mean nothing here. #}
{% macro metric_rows(relation, record, metrics, excluded='exclusion_reason', rows='true', without=[]) -%}
    {%- set formulas = {} -%}
    {%- for code, formula in metrics.items() -%}
        {%- set usual = {'denominator': '1', 'measure': 'null', 'excluded': excluded, 'rows': rows} -%}
        {%- do usual.update(formula) -%}
        {%- do formulas.update({code: usual}) -%}
    {%- endfor -%}
    {{ config(meta={'family': {'relation': relation, 'metrics': formulas, 'without': without}}) }}
    {%- for code, formula in formulas.items() %}
select
    week,
    region,
    {%- for dimension in dimensions() %}
    {{ 'cast(null as string) as ' if dimension in without }}{{ dimension }},
    {%- endfor %}
    '{{ code }}' as metric,
    {{ record }} as record_id,
    origin,
    cast({{ formula.numerator }} as double) as numerator,
    cast({{ formula.denominator }} as double) as denominator,
    cast({{ formula.measure }} as double) as measure,
    {{ formula.excluded }} as exclusion_reason
from {{ ref(relation) }}
where {{ formula.rows }}
{{ 'union all' if not loop.last }}
    {%- endfor %}
{%- endmacro %}
