-- grain: one row per centre, channel, day and hour of its wall time, and week, in which a contact was received
{{ config(materialized='weekly') }}

with contacts as (
    select * from {{ ref('fct_interactions') }}
    where {{ in_run('week') }} and exclusion_reason is null
),

offices as (select * from {{ ref('dim_office') }}),

placed as (
    select
        contacts.week,
        contacts.region,
        contacts.office_id,
        contacts.channel,
        contacts.is_out_of_hours,
        {{ local_of_utc('contacts.received_at', 'offices.time_zone') }} as received_at
    from contacts
    left join offices  -- left: a contact may be of no known centre, and then its hour is not known
        on contacts.office_id = offices.office_id
),

loads as (
    select
        week,
        region,
        office_id,
        channel,
        cast(received_at as date) as local_day,
        hour(received_at) as local_hour,
        count(*) as contact_count,
        sum({{ flag('is_out_of_hours') }}) as out_of_hours_count
    from placed
    group by week, region, office_id, channel, cast(received_at as date), hour(received_at)
),

statuses as (
    select * from {{ ref('metric_values') }}
    where
        {{ in_run('week') }} and metric = 'cv2'
        and coalesce({{ dimensions() | reject('equalto', 'office_id') | join(', ') }}) is null
)

select
    loads.week,
    loads.region,
    loads.office_id,
    loads.channel,
    loads.local_day,
    cast(loads.local_hour as bigint) as local_hour,
    cast(loads.contact_count as bigint) as contact_count,
    cast(loads.out_of_hours_count as bigint) as out_of_hours_count,
    statuses.status
from loads
inner join statuses
    on
        loads.week = statuses.week
        and loads.region = statuses.region
        and loads.office_id is not distinct from statuses.office_id
