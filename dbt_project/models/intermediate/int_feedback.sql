-- grain: one row per piece of feedback: a survey response, a book entry, a letter, a mention
select
    response_id as feedback_id,
    'survey' as source,
    week,
    region,
    office_id,
    interaction_id,
    touchpoint,
    touchpoint_code,
    client_group,
    submitted_at as feedback_at,
    invited_at,
    is_complete,
    cast(null as string) as exclusion_reason,
    origin
from {{ ref('stg_survey__responses') }}

union all

select
    entry_id as feedback_id,
    'complaints_book' as source,
    week,
    region,
    office_id,
    cast(null as string) as interaction_id,
    touchpoint,
    touchpoint_code,
    cast(null as string) as client_group,
    entered_at as feedback_at,
    cast(null as timestamp) as invited_at,
    true as is_complete,
    cast(null as string) as exclusion_reason,
    origin
from {{ ref('stg_complaints_book__entries') }}

union all

select
    letter_id as feedback_id,
    'letters' as source,
    week,
    region,
    office_id,
    cast(null as string) as interaction_id,
    touchpoint,
    touchpoint_code,
    cast(null as string) as client_group,
    entered_at as feedback_at,
    cast(null as timestamp) as invited_at,
    true as is_complete,
    case when is_automatic_letter then 'automatic_letter' end as exclusion_reason,
    origin
from {{ ref('stg_letters__letters') }}

union all

select
    mention_id as feedback_id,
    source,
    week,
    region,
    office_id,
    cast(null as string) as interaction_id,
    cast(null as string) as touchpoint,
    cast(null as string) as touchpoint_code,
    cast(null as string) as client_group,
    published_at as feedback_at,
    cast(null as timestamp) as invited_at,
    true as is_complete,
    case
        when is_own then 'own_post'
        when repost_of is not null then 'repost'
        when is_hidden then 'hidden_by_platform'
        when is_off_topic then 'off_topic'
    end as exclusion_reason,
    origin
from {{ ref('stg_mentions') }}
