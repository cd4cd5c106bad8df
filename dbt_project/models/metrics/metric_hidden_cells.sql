-- grain: one row per metric, week and cell of a survey whose numbers are hidden
-- the small ones, and others so that no subtraction gives a small one: macros/metrics/hiding.sql
{{ config(materialized='weekly') }}

{% set questions = survey_questions() %}
{% set keys = ['week', 'metric', 'region'] + dimensions() %}
with sums as (
    select
        {{ keys | join(',\n        ') }},
        denominator,
        concat_ws('/', week, {{ question_of_metric(questions) }}, region) as scope,
        concat_ws(
            '/', week, {{ question_of_metric(questions) }}, region,
            {%- for dimension in dimensions() %}
            coalesce({{ dimension }}, '='){{ ',' if not loop.last }}
            {%- endfor %}
        ) as cell
    from {{ ref('metric_sums') }}
    where {{ in_run('week') }} and denominator > 0 and metric in ('{{ questions | join("', '") }}')
),

cells as (
    select
        scope,
        cell,
        {{ dimensions() | join(',\n        ') }},
        cast(max(denominator) as bigint) as n,
        min(denominator) < {{ parameter('hidden_below_n') }} as is_hidden
    from sums
    group by scope, cell, {{ dimensions() | join(', ') }}
),

members as ({{ line_members('cells') }}),
{% set passes = namespace(last='members') %}
{% for step in ['lines'] * 6 + ['tables'] + ['lines'] * 3 %}
{% set this = 'pass_' ~ loop.index %}
{% if step == 'lines' %}
{{ this }} as ({{ hide_in_lines(passes.last) }}),
{% else %}
{{ hide_in_tables(passes.last, this) }},
{% endif %}
{% set passes.last = this %}
{% endfor %}

hidden as (select distinct cell from {{ passes.last }} where is_hidden)

select
    {% for key in keys %}
    sums.{{ key }}{{ ',' if not loop.last }}
    {% endfor %}
from sums
inner join hidden
    on sums.cell = hidden.cell
