-- grain: one row per client group
select
    code as client_group,
    name,
    position
from {{ ref('int_current_codes') }}
where dictionary = 'client_group'
