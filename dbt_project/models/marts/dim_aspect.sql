-- grain: one row per aspect
select
    code as aspect,
    name,
    position
from {{ ref('int_current_codes') }}
where dictionary = 'aspect'
