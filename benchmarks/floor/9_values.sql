-- Values and the parts of their intervals.
create or replace temp table value as
with cell as (
    select * from lead_cell
    union all by name select * from interaction_variant_cell
    union all by name select * from answer_variant_cell
)
select
    week, metric, region, office_id, journey, stage, touchpoint, channel, client_group, segment, n,
    case
        when kind in ('share', 'net', 'ratio') then 100 * numerator / n
        when kind = 'mean' then numerator / n
        else numerator
    end as value,
    case kind
        when 'share' then 100 * (numerator + 1.959963984540054 ^ 2 / 2) / (n + 1.959963984540054 ^ 2)
        when 'net' then 100 * numerator / (n + 3)
        when 'mean' then numerator / n
    end as centre,
    case kind
        when 'share' then 100 * sqrt(numerator * (n - numerator) / n + 1.959963984540054 ^ 2 / 4)
            / (n + 1.959963984540054 ^ 2)
        when 'net' then 100 * sqrt(((squares + 1.5) / (n + 3) - (numerator / (n + 3)) ^ 2) / (n + 3))
        when 'mean' then case when n > 1 then sqrt(greatest(0, squares - numerator ^ 2 / n) / (n - 1) / n) end
    end as standard_error
from cell where n > 0
union all by name
select *, value as centre from quantile_cell;
