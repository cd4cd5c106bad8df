-- grain: one row per channel
select
    code as channel,
    name,
    position
from {{ ref('int_current_codes') }}
where dictionary = 'channel'
