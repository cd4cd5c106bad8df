-- grain: one row per segment of clients
select
    code as segment,
    name,
    position
from {{ ref('int_current_codes') }}
where dictionary = 'segment'
