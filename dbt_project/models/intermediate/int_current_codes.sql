-- grain: one row per code of a dictionary, as the methodology stood in the week of the run
select
    dictionary,
    code,
    name,
    position
from {{ ref('stg_reference__codes') }}
where week = '{{ var("run_week") }}'
