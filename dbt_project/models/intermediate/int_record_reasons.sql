-- grain: one row per record that landed in the run, with the reason why no metric counts it, and the week under which it counts
{% set columns = ['week', 'region', 'office_id', 'source', 'entity', 'exclusion_reason', 'counted_week'] %}
select
    week,
    region,
    office_id,
    source,
    case source when 'ais' then 'interactions' else 'conversations' end as entity,
    exclusion_reason,
    week as counted_week
from {{ ref('fct_interactions') }}
where {{ in_run('week') }}

union all

-- in the centre that delivered it, which need not be that of its contact
select
    landed.week,
    landed.region,
    landed.office_id,
    landed.source,
    case landed.source
        when 'survey' then 'responses'
        when 'complaints_book' then 'entries'
        when 'letters' then 'letters'
        else 'mentions'
    end as entity,
    feedback.exclusion_reason,
    feedback.week as counted_week
from {{ ref('int_feedback') }} as landed
inner join {{ ref('fct_feedback') }} as feedback
    on landed.feedback_id = feedback.feedback_id and landed.week = feedback.week
where {{ in_run('landed.week') }}
{% for relation in ['int_event_reasons', 'int_message_reasons', 'int_answer_reasons', 'int_evaluation_reasons'] %}
union all

select
    {{ columns | join(',\n    ') }}
from {{ ref(relation) }}
{% endfor %}
{% for entity in ['offices', 'schedules'] %}
union all

select
    week,
    {{ 'region' if entity == 'offices' else 'cast(null as string) as region' }},
    office_id,
    'ais' as source,
    '{{ entity }}' as entity,
    'register' as exclusion_reason,
    week as counted_week
from {{ ref('stg_ais__' ~ entity) }}
where {{ in_run('week') }}
{% endfor %}
