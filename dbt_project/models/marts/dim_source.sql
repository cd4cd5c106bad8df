-- grain: one row per source
select
    code as source,
    name,
    position
from {{ ref('int_current_codes') }}
where dictionary = 'source'
