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

{# Sums over rows of a relation for some of its metrics: numerator, its squares (of nets and means, whose intervals ask
   for them) and denominator. #}
{% macro sums_of_rows(formulas, codes) -%}
    {%- for code in codes %}
    {%- set formula, kind = formulas[code], var('metrics')[code].kind %}
    {#- a mean adds fractions: as decimals, else their sum depends on the order in which threads add them #}
    {%- set type = 'decimal(38, 12)' if kind == 'mean' else 'double' %}
    {%- set counts = '(' ~ formula.rows ~ ') and (' ~ formula.excluded ~ ') is null' %}
        sum(cast({{ formula.numerator }} as {{ type }})) filter (where {{ counts }}) as {{ code }}_numerator,
        {%- if kind in ['net', 'mean'] %}
        sum(cast(power({{ formula.numerator }}, 2) as {{ type }})) filter (where {{ counts }}) as {{ code }}_squares,
        {%- endif %}
        sum(cast({{ formula.denominator }} as double)) filter (where {{ counts }}) as {{ code }}_denominator
        {{- ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{# Sums of sums, by cell of some cuts, one row per metric: the common table expressions <name>_cells and <name>. #}
{% macro sums_of_cuts(name, parts, cuts, codes) -%}
{{ name }}_cells as (
    select
        week,
        region,
        {{ cut_dimensions(cuts) }},
        {%- for code in codes %}
        sum({{ code }}_numerator) as {{ code }}_numerator,
        {{ 'sum(' ~ code ~ '_squares)' if var('metrics')[code].kind in ['net', 'mean'] else 'cast(null as double)' }}
            as {{ code }}_squares,
        sum({{ code }}_denominator) as {{ code }}_denominator{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ parts }}
    {{ group_by_cuts(['week', 'region'], cuts) }}
),

{{ name }} as (
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
    from {{ name }}_cells
    cross join (
        {%- for code in codes %}
        select {{ loop.index }} as position, '{{ code }}' as metric{{ ' union all' if not loop.last }}
        {%- endfor %}
    ) as codes
),
{%- endmacro %}

{# The sums of every metric that is counted over a relation, by cell of the published cuts, as the common table
   expression <name>_sums. The rows are gone through once for each plane of cuts, for all metrics at once. #}
{% macro relation_sums(name, family) -%}
    {%- set kept = dimensions() | reject('in', family.without) | list -%}
    {%- set groups = [] -%}
    {%- for plane in cut_planes() %}
        {%- set parts = [name, loop.index, 'parts'] | join('_') %}
        {%- set found = [] %}
        {%- for lead in [true, false] %}
            {%- set codes = metrics_of(lead) | select('in', family.metrics.keys()) | list %}
            {%- set cuts = cuts_of_dimensions(plane[lead], kept) %}
            {%- if codes and cuts %}
                {%- do found.append({'codes': codes, 'cuts': cuts}) %}
            {%- endif %}
        {%- endfor %}
        {%- if found %}
            {%- set keys = ['week', 'region'] + dimensions_of(found | sum('cuts', start=[])) %}
{{ parts }} as (
    select
        {{ keys | join(',\n        ') }},
        {{- sums_of_rows(family.metrics, found | sum('codes', start=[])) }}
    from {{ graph.nodes['model.cx_warehouse.' ~ family.relation].relation_name }}
    where {{ in_run('week') }}
    group by {{ keys | join(', ') }}
),
            {%- for each in found %}
            {%- set group = [parts, loop.index] | join('_') %}
            {%- do groups.append(group) %}

{{ sums_of_cuts(group, parts, each.cuts, each.codes) }}
            {%- endfor %}
        {%- endif %}
    {%- endfor %}

{{ name }}_sums as (
    {%- for group in groups %}
    select * from {{ group }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)
{%- endmacro %}
