-- grain: one row per touchpoint
select
    code as touchpoint,
    name,
    position
from {{ ref('int_current_codes') }}
where dictionary = 'touchpoint'
