{# Which cells of a survey are hidden, so that no subtraction gives a small one. Source: metrics 3.0, "Minimum n".

   A line is a cell and those that it is the sum of, along one dimension: a region and its centres, a centre and its
   touchpoints; '=' stands for the total. What the parts leave of the total is the rest: answers whose value of the
   dimension is unknown. Lines of a week, question and region (a scope) meet in their cells. #}

{# The members of all lines, with their turn to be hidden: the fewest answers first, the total last. #}
{% macro line_members(cells) -%}
    select
        *,
        part = '=' as is_total,
        sum(case when part = '=' then n else -n end) over (partition by scope, line, place) as rest,
        row_number() over (partition by scope, line, place order by n, part = '=', part) as turn
    from (
        {%- for line in cut_lines() %}
        select
            scope,
            '{{ ([line.along] + line.held) | join("/") }}' as line,
            {{ line.held[0] or "'='" }} as place,
            coalesce({{ line.along }}, '=') as part,
            cell,
            n
        from {{ cells }}
        where coalesce({{ dimensions() | reject('in', line.cut) | join(', ') }}) is null
            {%- for dimension in line.held %} and {{ dimension }} is not null{% endfor %}
        {{ 'union all' if not loop.last }}
        {%- endfor %}
    ) as members
{%- endmacro %}

{# Members with what is hidden of their line, and whose turn comes next. #}
{% macro judged_lines(members, cells=none) -%}
    {%- set line = 'partition by members.scope, line, place' %}
    {%- set state = 'cells' if cells else 'members' %}
    select
        members.*,
        {%- if cells %}
        cells.is_suppressed,
        false as is_added,
        {%- endif %}
        min(case when not {{ state }}.is_suppressed then turn end) over ({{ line }}) as next_turn,
        sum(case when {{ state }}.is_suppressed and is_total then 1 else 0 end) over ({{ line }}) as hidden_totals,
        sum(case when {{ state }}.is_suppressed and not is_total then 1 else 0 end) over ({{ line }}) as hidden_parts,
        sum(case when {{ state }}.is_suppressed and not is_total then members.n else 0 end) over ({{ line }}) as hidden_n
    from {{ members }} as members
    {%- if cells %}
    inner join {{ cells }} as cells
        on members.scope = cells.scope and members.cell = cells.cell
    {%- endif %}
{%- endmacro %}

{# Whether a line gives away what it hides: one number alone, or parts that are few together. A rest protects as a
   hidden part does, unless it is few itself. #}
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

{# One pass: each open line hides its next member, and a cell is hidden in all of its lines. A closed line stays closed
   whatever else is hidden, so only its added cells are kept, to be told. #}
{% macro hide_in_lines(members, cells=none) -%}
    {%- set is_next = '(' ~ is_open() ~ ' and coalesce(turn = next_turn, false))' -%}
    select
        scope, line, place, part, cell, n, is_total, rest, turn,
        bool_or(is_suppressed or {{ is_next }}) over (partition by scope, cell) as is_suppressed,
        bool_or(is_added or {{ is_next }}) over (partition by scope, cell) as is_added
    from ({{ judged_lines(members, cells) }}) as judged
    where is_added or hidden_totals + hidden_parts = 0 or {{ is_open() }}
{%- endmacro %}

{# Some passes, as common table expressions, and the cells with what is hidden after them. #}
{% macro hide_along_lines(members, cells, passes) -%}
    {%- for step in range(1, passes + 1) %}
pass_{{ step }} as (
    {{ hide_in_lines('pass_' ~ (step - 1)) if step > 1 else hide_in_lines(members, cells) }}
){{ ',' if not loop.last }}
    {%- endfor %}

{{ also_hidden(cells, 'pass_' ~ passes ~ ' where is_added') }}
{%- endmacro %}

{# The cells, of which those of a relation are hidden too. #}
{% macro also_hidden(cells, added) -%}
    select
        cells.scope,
        {%- for dimension in dimensions() %}
        cells.{{ dimension }},
        {%- endfor %}
        cells.cell,
        cells.n,
        cells.is_suppressed or added.cell is not null as is_suppressed
    from {{ cells }} as cells
    left join (select distinct scope, cell from {{ added }}) as added
        on cells.scope = added.scope and cells.cell = added.cell
{%- endmacro %}
