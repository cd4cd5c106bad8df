{# Which cells of surveys are hidden, so that no subtraction gives a small one. Source: metrics 3.0, "Minimum n".

   A line is a cell and the cells that it is the sum of, along one dimension: a region and its centres, a centre and
   its touchpoints. What the parts leave of the total is the rest: answers whose value of the dimension is unknown. A
   table is crossed by two dimensions and has its totals and rests as a row and a column more ('=' and '?'). #}

{# Survey metrics by code, each with its question, the first word of its definition: metrics of one question count the
   same answers and are hidden together. #}
{% macro survey_questions() -%}
    {%- set questions = {} -%}
    {%- for code, entry in var('metrics').items() if entry.is_survey -%}
        {%- do questions.update({code: entry.definition_id.split('.')[0]}) -%}
    {%- endfor -%}
    {{ return(questions) }}
{%- endmacro %}

{# The cells of each line of the published cuts: the total is that whose part is '='. #}
{% macro line_members(cells) -%}
    {%- for cut in cuts(true) if cut %}
    {%- set last = loop.last %}
    {%- for along in cut %}
    {%- set held = cut | reject('equalto', along) | first %}
    select
        scope,
        cell,
        '{{ along }}' as along,
        '{{ held or "" }}' as held,
        {{ held or "'='" }} as place,
        coalesce({{ along }}, '=') as part,
        n,
        is_hidden,
        sum(case when {{ along }} is null then n else -n end) over (
            partition by scope{{ ', ' ~ held if held }}
        ) as rest
    from {{ cells }}
    where
        {%- if held %}
        {{ held }} is not null and
        {%- endif %}
        coalesce({{ dimensions() | reject('in', cut) | join(', ') }}) is null
    {{ 'union all' if not (last and loop.last) }}
    {%- endfor %}
    {%- endfor %}
{%- endmacro %}

{# Members with what their line hides; the first of those still shown, the total last, is the next to hide. #}
{% macro judged_lines(members) -%}
    {%- set line = 'partition by scope, along, held, place' %}
    select
        *,
        row_number() over ({{ line }} order by is_hidden, n, part = '=', part) as place_in_line,
        max(case when is_hidden and part = '=' then 1 else 0 end) over ({{ line }}) as hidden_totals,
        sum(case when is_hidden and part <> '=' then 1 else 0 end) over ({{ line }}) as hidden_parts,
        sum(case when is_hidden and part <> '=' then n else 0 end) over ({{ line }}) as hidden_n
    from {{ members }}
{%- endmacro %}

{# Whether a line gives away what it hides: one number alone, or parts that are few together. A rest protects as a
   hidden part does, when it is not few itself. #}
{% macro is_open() -%}
    {%- set few = parameter('hidden_below_n') -%}
    (
        hidden_totals + hidden_parts > 0
        and (
            hidden_totals + hidden_parts + case when rest >= {{ few }} then 1 else 0 end < 2
            or (hidden_totals = 0 and hidden_n + case when rest >= {{ few }} then rest else 0 end < {{ few }})
        )
    )
{%- endmacro %}

{# One pass over the lines: each open one hides the next of its members, and a cell is hidden in all of its lines. #}
{% macro hide_in_lines(members) -%}
    select
        scope,
        cell,
        along,
        held,
        place,
        part,
        n,
        bool_or(is_hidden or (place_in_line = 1 and {{ is_open() }})) over (partition by cell) as is_hidden,
        rest
    from (
        {{ judged_lines(members) }}
    ) as judged
{%- endmacro %}

{# The cells of the tables, with totals and rests; a rest is never published. #}
{% macro table_cells(members) -%}
    {%- for cut in cuts(true) if cut | length == 2 %}
    {%- set down, across = cut[0], cut[1] %}
    select scope, '{{ across }}' as across, place as row_code, part as column_code, cell, n, is_hidden
    from {{ members }}
    where along = '{{ across }}' and held in ('', '{{ down }}')
    union all
    select
        scope,
        '{{ across }}' as across,
        case when along = '{{ across }}' then place else '?' end as row_code,
        case when along = '{{ across }}' then '?' else place end as column_code,
        cast(null as string) as cell,
        rest as n,
        true as is_hidden
    from {{ members }}
    where
        part = '=' and rest > 0
        and (
            (along = '{{ across }}' and held in ('', '{{ down }}'))
            or (along = '{{ down }}' and held in ('', '{{ across }}'))
        )
    {{ 'union all' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{# Hidden cells within a table that stand at no corner of a rectangle of unpublished ones: their lines hold others, but
   sums of several lines may still leave them alone. #}
{% macro cornerless(unpublished) -%}
    select
        scope,
        across,
        row_code,
        column_code
    from (
        select
            one.*,
            count(*) over (partition by one.scope, one.across, one.column_code, other.column_code) as shared_rows
        from {{ unpublished }} as one
        inner join {{ unpublished }} as other
            on
                one.scope = other.scope
                and one.across = other.across
                and one.row_code = other.row_code
                and one.column_code <> other.column_code
    ) as mates
    where row_code not in ('=', '?') and column_code not in ('=', '?')
    group by scope, across, row_code, column_code
    having max(shared_rows) < 2
{%- endmacro %}

{# One pass over the tables, as common table expressions of which the last has the name: a cell without a rectangle
   gets one, by hiding the smallest corner that completes one, or else the smallest of its row. #}
{% macro hide_in_tables(members, name) -%}
    {%- set same = 'lonely.scope = {0}.scope and lonely.across = {0}.across' %}
{{ name }}_tables as ({{ table_cells(members) }}),

{{ name }}_unpublished as (select * from {{ name }}_tables where is_hidden),

{{ name }}_lonely as ({{ cornerless(name ~ '_unpublished') }}),

{{ name }}_candidates as (
    select lonely.*, 1 as choice, corner.cell, corner.n
    from {{ name }}_lonely as lonely
    inner join {{ name }}_unpublished as beside
        on {{ same.format('beside') }} and lonely.row_code = beside.row_code
    inner join {{ name }}_unpublished as above
        on {{ same.format('above') }} and lonely.column_code = above.column_code
    inner join {{ name }}_tables as corner
        on
            {{ same.format('corner') }}
            and above.row_code = corner.row_code
            and beside.column_code = corner.column_code
            and not corner.is_hidden
    union all
    select lonely.*, 2 as choice, beside.cell, beside.n
    from {{ name }}_lonely as lonely
    inner join {{ name }}_tables as beside
        on {{ same.format('beside') }} and lonely.row_code = beside.row_code and not beside.is_hidden
),

{{ name }}_chosen as (
    select distinct cell
    from (
        select
            cell,
            row_number() over (
                partition by scope, across, row_code, column_code order by choice, n, cell
            ) as place_in_line
        from {{ name }}_candidates
    ) as candidates
    where place_in_line = 1
),

{{ name }} as (
    select
        members.scope,
        members.cell,
        members.along,
        members.held,
        members.place,
        members.part,
        members.n,
        members.is_hidden or chosen.cell is not null as is_hidden,
        members.rest
    from {{ members }} as members
    left join {{ name }}_chosen as chosen
        on members.cell = chosen.cell
)
{%- endmacro %}

{# The question of each survey metric, in SQL. #}
{% macro question_of_metric(questions) -%}
    case metric
        {%- for code, question in questions.items() %} when '{{ code }}' then '{{ question }}'{% endfor %} end
{%- endmacro %}
