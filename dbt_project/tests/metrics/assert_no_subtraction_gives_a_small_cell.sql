-- What is hidden stays hidden whatever is subtracted: no line is open, and no cell of a table is at no corner.
with sums as (
    {{ survey_sums() }}
),

hidden as (
    select distinct
        small.scope,
        small.cell
    from {{ ref('metric_hidden_cells') }} as found
    inner join sums
        on
            found.week = sums.week
            and found.metric = sums.metric
            {% for dimension in ['region'] + dimensions() %}
            and found.{{ dimension }} is not distinct from sums.{{ dimension }}
            {% endfor %}
    inner join {{ ref('survey_cells') }} as small
        on
            sums.scope = small.scope
            {% for dimension in dimensions() %}
            and sums.{{ dimension }} is not distinct from small.{{ dimension }}
            {% endfor %}
    where {{ in_run('found.week') }}
),

cells as (
    select
        small.scope,
        {{ dimensions() | join(',\n        ') }},
        small.cell,
        small.n,
        hidden.cell is not null as is_suppressed,
        small.is_suppressed and hidden.cell is null as is_shown_small
    from {{ ref('survey_cells') }} as small
    left join hidden
        on small.scope = hidden.scope and small.cell = hidden.cell
),

members as (
    {{ line_members('cells') }}
),

judged as (
    {{ judged_lines('members', 'cells') }}
),

tables as (
    {{ table_cells('cells', 'members') }}
)

select
    scope,
    line as found_in,
    place as found_at
from judged
where {{ is_open() }} and next_turn is not null
union all
select
    scope,
    across as found_in,
    concat_ws('/', row_code, column_code) as found_at
from ({{ cornerless('tables') }}) as lonely
union all
select
    scope,
    'small' as found_in,
    cast(n as string) as found_at
from cells
where is_shown_small
