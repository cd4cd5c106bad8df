-- Cells of the lead metrics, by every published cut: sums of each relation, then one row per metric.
create or replace temp table lead_cell as
with cell as (
    select
        week, 'interaction' as question, region, office_id, journey, stage, touchpoint, channel, client_group, segment,
        count(*)::double as n,
        count(*) filter (where is_solved) as solved,
        count(*) filter (where is_handed) as handed,
        count(*) filter (where is_solved and not is_repeated and is_handed is not true) as first
    from interaction
    where not is_out
    group by grouping sets (
        (week, region), (week, region, office_id), (week, region, journey), (week, region, touchpoint),
        (week, region, channel), (week, region, client_group), (week, region, office_id, touchpoint),
        (week, region, office_id, channel), (week, region, journey, stage), (week, region, client_group, segment)
    )
    having (grouping(office_id) = 1 or office_id is not null) and (grouping(journey) = 1 or journey is not null)
        and (grouping(touchpoint) = 1 or touchpoint is not null) and (grouping(channel) = 1 or channel is not null)
        and (grouping(client_group) = 1 or client_group is not null)
        and (grouping(stage) = 1 or stage is not null) and (grouping(segment) = 1 or segment is not null)
    union all by name
    select
        week, question, region, office_id, journey, stage, touchpoint, channel, client_group, segment,
        count(*)::double as n,
        sum(sign(2 * position - 1 - points)) as net,
        count(*) filter (where 2 * position <> 1 + points) as sides,
        count(*) filter (where position >= 9) as promoters,
        count(*) filter (where position <= 6) as detractors,
        count(*) filter (where position >= 3) as met
    from answer
    where question in ('ces', 'nps', 'expectation', 'satisfaction')
    group by grouping sets (
        (week, question, region), (week, question, region, office_id), (week, question, region, journey),
        (week, question, region, touchpoint), (week, question, region, channel),
        (week, question, region, client_group), (week, question, region, office_id, touchpoint),
        (week, question, region, office_id, channel), (week, question, region, journey, stage),
        (week, question, region, client_group, segment)
    )
    having (grouping(office_id) = 1 or office_id is not null) and (grouping(journey) = 1 or journey is not null)
        and (grouping(touchpoint) = 1 or touchpoint is not null) and (grouping(channel) = 1 or channel is not null)
        and (grouping(client_group) = 1 or client_group is not null)
        and (grouping(stage) = 1 or stage is not null) and (grouping(segment) = 1 or segment is not null)
    union all by name
    select
        week, 'feedback' as question, region, office_id, journey, client_group, segment,
        count(*)::double as n, count(touchpoint) as linked,
        count(*) filter (where source in ('two_gis', 'google_reviews', 'yandex_maps', 'vk', 'telegram', 'media')) as mentions
    from feedback
    group by grouping sets (
        (week, region), (week, region, office_id), (week, region, journey), (week, region, client_group),
        (week, region, client_group, segment)
    )
    having (grouping(office_id) = 1 or office_id is not null) and (grouping(journey) = 1 or journey is not null)
        and (grouping(client_group) = 1 or client_group is not null) and (grouping(segment) = 1 or segment is not null)
    union all by name
    select
        week, 'review' as question, region, office_id, touchpoint,
        count(*)::double as n, sum(score) as score, sum(score ** 2) as score2
    from review
    group by grouping sets (
        (week, region), (week, region, office_id), (week, region, touchpoint), (week, region, office_id, touchpoint)
    )
    having (grouping(office_id) = 1 or office_id is not null) and (grouping(touchpoint) = 1 or touchpoint is not null)
)
select
    week, region, office_id, journey, stage, touchpoint, channel, client_group, segment,
    unnest(case question
        when 'interaction' then [
            {metric: 'rr', kind: 'share', numerator: solved, squares: null::double, n: n},
            {metric: 'er_wide', kind: 'share', numerator: handed, squares: null, n: n},
            {metric: 'fcr', kind: 'share', numerator: first, squares: null, n: n},
            {metric: 'cv2', kind: 'count', numerator: n, squares: null, n: n}
        ]
        when 'ces' then [{metric: 'ces', kind: 'net', numerator: net, squares: sides, n: n}]
        when 'nps' then [
            {metric: 'nps', kind: 'net', numerator: promoters - detractors, squares: promoters + detractors, n: n}
        ]
        when 'expectation' then [{metric: 'expectation_met', kind: 'share', numerator: met, squares: null, n: n}]
        when 'satisfaction' then [{metric: 'satisfaction_met', kind: 'share', numerator: met, squares: null, n: n}]
        when 'review' then [{metric: 'iqs', kind: 'mean', numerator: score, squares: score2, n: n}]
        when 'feedback' then [
            {metric: 'link_rate', kind: 'share', numerator: linked, squares: null, n: n},
            {metric: 'cv1', kind: 'count', numerator: mentions, squares: null, n: mentions}
        ]
    end, recursive := true)
from cell;
