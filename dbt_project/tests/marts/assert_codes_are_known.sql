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
    'stage' as dimension,
    stage as code
from {{ ref('fct_interactions') }}
where
    {{ in_run('week') }}
    and stage is not null
    and concat_ws('/', journey, stage) not in (select concat_ws('/', journey, stage) from {{ ref('dim_stage') }})
union
select
    'client_group' as dimension,
    client_group as code
from {{ ref('fct_interactions') }}
where
    {{ in_run('week') }}
    and client_group is not null
    and client_group not in (select client_group from {{ ref('dim_client_group') }})
union
select
    'segment' as dimension,
    segment as code
from {{ ref('fct_interactions') }}
where
    {{ in_run('week') }}
    and segment is not null
    and segment not in (select segment from {{ ref('dim_segment') }})
