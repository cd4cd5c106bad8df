{# What lines together would give away. A table is crossed by the two dimensions of a cut, with its totals ('=') and its
   rests ('?') as a row and a column more. A hidden cell at a corner of a rectangle of unpublished ones may be more
   while its neighbours are less, so no sum of lines gives it; one that is at no corner might be given. #}

{% macro table_cells(cells, members) -%}
    {%- for cut in crossed_cuts() %}
    {%- set down, across = cut[0], cut[1] %}
    select
        scope,
        '{{ across }}' as across,
        coalesce({{ down }}, '=') as row_code,
        coalesce({{ across }}, '=') as column_code,
        cell,
        n,
        is_suppressed
    from {{ cells }}
    where coalesce({{ dimensions() | reject('in', cut) | join(', ') }}) is null
    union all
    select
        scope,
        '{{ across }}' as across,
        case when line like '{{ across }}%' then place else '?' end as row_code,
        case when line like '{{ across }}%' then '?' else place end as column_code,
        cast(null as bigint) as cell,
        rest as n,
        true as is_suppressed
    from {{ members }}
    where
        is_total and rest > 0
        and line in ('{{ down }}', '{{ across }}', '{{ down }}/{{ across }}', '{{ across }}/{{ down }}')
    {{ 'union all' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{# Hidden cells within a table that are at no corner. #}
{% macro cornerless(tables) -%}
    select
        scope,
        across,
        row_code,
        column_code
    from (
        select
            one.scope,
            one.across,
            one.row_code,
            one.column_code,
            count(*) over (partition by one.scope, one.across, one.column_code, two.column_code) as shared_rows
        from (select * from {{ tables }} where is_suppressed) as one
        inner join (select * from {{ tables }} where is_suppressed) as two
            on
                one.scope = two.scope
                and one.across = two.across
                and one.row_code = two.row_code
                and one.column_code <> two.column_code
    ) as mates
    where row_code not in ('=', '?') and column_code not in ('=', '?')
    group by scope, across, row_code, column_code
    having max(shared_rows) < 2
{%- endmacro %}

{# One pass, as common table expressions, and the cells with what is hidden after it: each cell at no corner gets a
   rectangle, by hiding the smallest cell that completes one, or else the smallest of its row. #}
{% macro hide_in_tables(members, cells) -%}
    {%- set same = 'lonely.scope = {0}.scope and lonely.across = {0}.across' %}
tables as ({{ table_cells(cells, members) }}),

lonely as ({{ cornerless('tables') }}),

candidates as (
    select
        lonely.*,
        1 as choice,
        corner.cell,
        corner.n
    from lonely
    inner join tables as beside
        on {{ same.format('beside') }} and lonely.row_code = beside.row_code and beside.is_suppressed
    inner join tables as above
        on {{ same.format('above') }} and lonely.column_code = above.column_code and above.is_suppressed
    inner join tables as corner
        on
            {{ same.format('corner') }}
            and above.row_code = corner.row_code
            and beside.column_code = corner.column_code
            and not corner.is_suppressed
    union all
    select
        lonely.*,
        2 as choice,
        beside.cell,
        beside.n
    from lonely
    inner join tables as beside
        on {{ same.format('beside') }} and lonely.row_code = beside.row_code and not beside.is_suppressed
),

ordered as (
    select
        *,
        row_number() over (
            partition by scope, across, row_code, column_code order by choice, n, cell
        ) as turn
    from candidates
)

{{ also_hidden(cells, 'ordered where turn = 1') }}
{%- endmacro %}
