-- grain: one row per source
select
    source,
    name,
    position
from {{ ref('stg_reference__sources') }}
