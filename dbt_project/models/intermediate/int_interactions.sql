-- grain: one row per interaction: an appeal of the AIS or a conversation of the contact centre
with appeals as (select * from {{ ref('stg_ais__interactions') }}),

conversations as (select * from {{ ref('stg_contact_centre__conversations') }}),

services as (select * from {{ ref('stg_reference__services') }}),

stages as (select * from {{ ref('stg_reference__stage_touchpoints') }}),

unioned as (
    {% for relation, source in [('appeals', 'ais'), ('conversations', 'contact_centre')] %}
        {%- set has_queue = relation == 'appeals' %}
    select
        interaction_id,
        '{{ source }}' as source,
        week,
        region,
        office_id,
        service,
        touchpoint,
        channel,
        client_group,
        {{ 'segment' if has_queue else 'cast(null as string)' }} as segment,
        client_key,
        topic,
        initiated_by,
        received_at,
        ended_at,
        contact_week,
        {{ 'called_at' if has_queue else 'cast(null as timestamp)' }} as called_at,
        {{ 'is_no_show' if has_queue else 'cast(null as boolean)' }} as is_no_show,
        {{ 'survey_sent_at' if has_queue else 'cast(null as timestamp)' }} as survey_sent_at,
        {{ 'survey_delivered' if has_queue else 'cast(null as boolean)' }} as survey_delivered,
        origin
    from {{ relation }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select
    unioned.*,
    services.journey,
    stages.stage,
    coalesce(services.is_first_contact, true) as is_first_contact
from unioned
left join services  -- left: a service may belong to no journey
    on unioned.service = services.service and unioned.week = services.week
left join stages  -- left: a touchpoint may stand in no stage of the journey
    on
        services.journey = stages.journey
        and unioned.touchpoint = stages.touchpoint
        and unioned.week = stages.week
