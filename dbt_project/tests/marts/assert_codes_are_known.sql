-- Codes of the facts stand in the dictionaries.
select
    'channel' as dimension,
    channel as code
from {{ ref('fct_interactions') }}
where
    {{ in_run('week') }}
    and channel is not null
    and channel not in (select channel from {{ ref('dim_channel') }})
union
select
    'touchpoint' as dimension,
    touchpoint as code
from {{ ref('fct_feedback') }}
where
    {{ in_run('week') }}
    and touchpoint is not null
    and touchpoint not in (select touchpoint from {{ ref('dim_touchpoint') }})
union
select
    'client_group' as dimension,
    client_group as code
from {{ ref('fct_interactions') }}
where
    {{ in_run('week') }}
    and client_group is not null
    and client_group not in (select client_group from {{ ref('dim_client_group') }})
