{# Answers to the questions of the survey. Metrics of one question, the first word of their definition, count the same
   answers: they share n and are hidden together. An empty cell reveals nothing, and protects nothing. #}
{% macro survey_sums() -%}
    select
        sums.week,
        sums.metric,
        sums.region,
        {%- for dimension in dimensions() %}
        sums.{{ dimension }},
        {%- endfor %}
        sums.denominator,
        concat_ws('/', sums.week, sums.region, split_part(metrics.definition_id, '.', 1)) as scope
    from {{ ref('metric_sums') }} as sums
    inner join {{ ref('dim_metric') }} as metrics
        on sums.metric = metrics.metric
    where {{ in_run('sums.week') }} and sums.denominator > 0 and metrics.is_survey
{%- endmacro %}

{# The answers of no known journey, where the cells of a scope are grouped. #}
{% macro answers_of_no_journey() -%}
    {%- set others = dimensions() | reject('equalto', 'journey') | join(', ') -%}
    sum(
        case
            when coalesce({{ others }}) is not null then 0
            when journey is null then max(denominator)
            else -max(denominator)
        end
    ) over (partition by scope)
{%- endmacro %}

{# Cells of the questions, by week and region, from the sums of their metrics. A stage is a sum of touchpoints, and
   these are published too: only answers of no known journey, ten or more, keep its number from being found. #}
{% macro question_cells(sums) -%}
    select
        scope,
        {{ dimensions() | join(',\n        ') }},
        row_number() over (
            partition by scope
            order by {% for dimension in dimensions() %}coalesce({{ dimension }}, '='){{ ', ' if not loop.last }}{% endfor %}
        ) as cell,
        cast(max(denominator) as bigint) as n,
        min(denominator) < {{ parameter('hidden_below_n') }}
        or (stage is not null and {{ answers_of_no_journey() }} < {{ parameter('hidden_below_n') }}) as is_suppressed
    from {{ sums }}
    group by scope, {{ dimensions() | join(', ') }}
{%- endmacro %}
