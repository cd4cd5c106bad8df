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
        {#- a mean adds fractions: as decimals, else their sum depends on the order in which threads add them #}
        {%- set type = 'decimal(38, 12)' if var('metrics')[code].kind == 'mean' else 'double' %}
        {%- set counts = '(' ~ formula.rows ~ ') and (' ~ formula.excluded ~ ') is null' %}
        sum(cast({{ formula.numerator }} as {{ type }})) filter (where {{ counts }}) as {{ code }}_numerator,
        sum(cast(power({{ formula.numerator }}, 2) as {{ type }})) filter (where {{ counts }}) as {{ code }}_squares,
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
            when {{ loop.index }} then cast({{ code }}_{{ part }} as double)
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
