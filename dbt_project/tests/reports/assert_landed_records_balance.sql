-- Loaded = counted + excluded by reason + not yet mature: by entity as its load counted it, and by the centre it names.
with balance as (
    select * from {{ ref('record_balance') }}
    where {{ in_run('week') }}
),

loaded as (
    select
        week,
        source,
        entity,
        cast(null as string) as office_id,
        true as is_whole,
        sum(rows_landed) as records
    from {{ ref('fct_source_loads') }}
    where {{ in_run('week') }} and office_id is null
    group by week, source, entity
    {% for relation, entity in [
        ('stg_ais__interactions', 'interactions'), ('stg_contact_centre__conversations', 'conversations'),
        ('stg_survey__responses', 'responses'), ('stg_complaints_book__entries', 'entries'),
        ('stg_letters__letters', 'letters'), ('stg_evaluations__evaluations', 'evaluations'),
        ('stg_ais__offices', 'offices'),
    ] %}
    union all
    select
        week,
        '{{ relation.removeprefix("stg_").split("__")[0] }}' as source,
        '{{ entity }}' as entity,
        office_id,
        false as is_whole,
        count(*) as records
    from {{ ref(relation) }}
    where {{ in_run('week') }}
    group by week, office_id
    {% endfor %}
    union all
    select
        week,
        source,
        'mentions' as entity,
        office_id,
        false as is_whole,
        count(*) as records
    from {{ ref('stg_mentions') }}
    where {{ in_run('week') }}
    group by week, source, office_id
),

accounted as (
    select
        week,
        source,
        entity,
        cast(null as string) as office_id,
        true as is_whole,
        sum(record_count) as records
    from balance
    group by week, source, entity
    union all
    select
        week,
        source,
        entity,
        office_id,
        false as is_whole,
        sum(record_count) as records
    from balance
    where
        entity not in (  -- which name no centre of their own
            'interaction_events', 'conversation_events', 'messages', 'answers', 'evaluation_scores', 'schedules'
        )
    group by week, source, entity, office_id
)

select
    coalesce(loaded.week, accounted.week) as week,
    coalesce(loaded.source, accounted.source) as source,
    coalesce(loaded.entity, accounted.entity) as entity,
    coalesce(loaded.office_id, accounted.office_id) as office_id,
    coalesce(loaded.records, 0) as loaded,
    coalesce(accounted.records, 0) as accounted
from loaded
full outer join accounted
    on
        loaded.week = accounted.week
        and loaded.source = accounted.source
        and loaded.entity = accounted.entity
        and loaded.office_id is not distinct from accounted.office_id
        and loaded.is_whole = accounted.is_whole
where coalesce(loaded.records, 0) <> coalesce(accounted.records, 0)
