-- grain: one row per journey
select
    code as journey,
    name,
    position
from {{ ref('int_current_codes') }}
where dictionary = 'journey'
