-- The answers by place on the scale sum to those that the metrics of the question count, and a hidden cell tells none.
select
    week,
    region,
    question,
    office_id,
    touchpoint,
    channel,
    max(n) as n,
    sum(answer_count) as answer_count
from {{ ref('answer_distribution') }}
where {{ in_run('week') }}
group by week, region, question, office_id, touchpoint, channel
having
    sum(answer_count) is distinct from max(n)
    or count(distinct status) > 1
    or count(case when status = 'hidden' then answer_count end) > 0
