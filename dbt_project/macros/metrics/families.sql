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

{# The families by the rows that they count: one entry for each relation and set of dimensions, with all its metrics. #}
{% macro summed_relations() -%}
    {%- set found = {} -%}
    {%- for name in metric_families() -%}
        {%- do ref(name) -%}
        {%- if execute -%}
            {%- set family = graph.nodes['model.cx_warehouse.' ~ name].config.meta.family -%}
            {%- set key = ([family.relation] + family.without) | join('_without_') -%}
            {%- if key not in found -%}
                {%- do found.update({key: {'relation': family.relation, 'without': family.without, 'metrics': {}}}) -%}
            {%- endif -%}
            {%- do found[key].metrics.update(family.metrics) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}

{# Numerator, its squares and denominator of every metric that is counted over a relation, by cell of the published
   cuts, as the common table expression <name>_sums: one pass over the rows, for all of its metrics. #}
{% macro relation_sums(name, family) -%}
    {%- set kept = dimensions() | reject('in', family.without) | list -%}
    {%- set keys = ['week', 'region'] + kept -%}
    {%- set groups = [] -%}
{{ name }}_parts as (
    select
        {{ keys | join(',\n        ') }},
        {%- for code, formula in family.metrics.items() %}
        {%- set counts = '(' ~ formula.rows ~ ') and (' ~ formula.excluded ~ ') is null' %}
        sum(cast({{ formula.numerator }} as double)) filter (where {{ counts }}) as {{ code }}_numerator,
        sum(power({{ formula.numerator }}, 2)) filter (where {{ counts }}) as {{ code }}_squares,
        sum(cast({{ formula.denominator }} as double)) filter (where {{ counts }}) as {{ code }}_denominator
        {{- ',' if not loop.last }}
        {%- endfor %}
    from {{ graph.nodes['model.cx_warehouse.' ~ family.relation].relation_name }}
    where {{ in_run('week') }}
    group by {{ keys | join(', ') }}
),
    {%- for lead in [true, false] %}
    {%- set codes = metrics_of(lead) | select('in', family.metrics.keys()) | list %}
    {%- set group = name ~ ('_lead' if lead else '_variants') %}
    {%- if codes %}
        {%- do groups.append(group) %}

{{ group }}_cells as (
    select
        week,
        region,
        {{ cut_dimensions(lead, kept) }},
        {%- for code in codes %}
        sum({{ code }}_numerator) as {{ code }}_numerator,
        sum({{ code }}_squares) as {{ code }}_squares,
        sum({{ code }}_denominator) as {{ code }}_denominator{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ name }}_parts
    {{ group_by_cuts(lead, ['week', 'region'], kept) }}
),

{{ group }} as (
    select
        week,
        codes.metric,
        region,
        {{ dimensions() | join(',\n        ') }},
        {%- for part in ['numerator', 'squares', 'denominator'] %}
        case codes.position
            {%- for code in codes %}
            when {{ loop.index }} then {{ code }}_{{ part }}
            {%- endfor %}
        end as {{ part }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ group }}_cells
    cross join (
        {%- for code in codes %}
        select {{ loop.index }} as position, '{{ code }}' as metric{{ ' union all' if not loop.last }}
        {%- endfor %}
    ) as codes
),
    {%- endif %}
    {%- endfor %}

{{ name }}_sums as (
    {%- for group in groups %}
    select * from {{ group }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)
{%- endmacro %}
