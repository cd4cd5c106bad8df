-- grain: one row per question, week, region, cell and place on its scale; a null dimension means all
-- of questions whose answers the metrics take as they are; hidden with the metrics of the question
{{ config(materialized='weekly') }}

{% set cell = ['office_id', 'touchpoint', 'channel'] %}
with answers as (
    select * from {{ ref('fct_survey_answers') }}
    where {{ in_run('week') }} and exclusion_reason is null
),

-- one a week, region and question: others are excluded
scales as (
    select
        week,
        region,
        question,
        max(scale_points) as scale_points
    from answers
    group by week, region, question
),

counted as (
    select
        week,
        region,
        question,
        answer_position,
        {{ cell | join(',\n        ') }},
        count(*) as answer_count
    from answers
    {{ group_by_cuts(['week', 'region', 'question', 'answer_position'], cuts(false)) }}
),

positions as (
    {% for position in range(11) %}
    select {{ position }} as answer_position{{ ' union all' if not loop.last }}
    {% endfor %}
),

-- an answer on its scale is a label of the scale; what nobody chose in these weeks has none
labels as (
    select
        question,
        answer_position,
        max(answer_text) as answer_label
    from {{ ref('stg_survey__answers') }}
    where {{ in_run('week') }} and answer_position is not null
    group by question, answer_position
),

-- the first metric of a question stands for it: all of them count the same answers
metrics as (
    select
        metric,
        split_part(definition_id, '.', 1) as question,
        row_number() over (partition by split_part(definition_id, '.', 1) order by position) as place
    from {{ ref('dim_metric') }}
    where is_survey
),

told as (
    select
        metric_values.*,
        metrics.question
    from {{ ref('metric_values') }} as metric_values
    inner join metrics
        on metric_values.metric = metrics.metric
    where
        {{ in_run('metric_values.week') }}
        and metrics.place = 1
        and coalesce({{ dimensions() | reject('in', cell) | join(', ') }}) is null
        and {% for one in cell %}(case when {{ one }} is null then 0 else 1 end){{ ' + ' if not loop.last }}{% endfor %} < 2
)

select
    told.week,
    told.region,
    told.{{ cell | join(',\n    told.') }},
    told.question,
    positions.answer_position,
    labels.answer_label,
    scales.scale_points,
    case when told.status in ('ok', 'weak') then coalesce(counted.answer_count, 0) end as answer_count,
    case when told.status in ('ok', 'weak') then 100.0 * coalesce(counted.answer_count, 0) / told.n end as answer_share,
    case when told.status in ('ok', 'weak') then told.n end as n,
    told.status,
    told.maturity
from told
inner join scales
    on told.week = scales.week and told.region = scales.region and told.question = scales.question
inner join positions
    on positions.answer_position between
        case when scales.scale_points = 11 then 0 else 1 end
        and case when scales.scale_points = 11 then 10 else scales.scale_points end
left join labels  -- left: nobody may have given this answer
    on told.question = labels.question and positions.answer_position = labels.answer_position
left join counted  -- left: nor in this cell
    on
        told.week = counted.week
        and told.region = counted.region
        and told.question = counted.question
        and positions.answer_position = counted.answer_position
        {% for one in cell %}
        and told.{{ one }} is not distinct from counted.{{ one }}
        {% endfor %}
