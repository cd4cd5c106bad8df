-- Cells of the published cuts, one row per metric: lead metrics by every cut, variants by single dimensions.
create or replace temp table lead_cell as
with part as (
    select * from interaction_part
    union all by name select * from answer_part
    union all by name
    select week, region, office_id, journey, client_group, 'feedback' as question,
        count(*) as n, count(touchpoint) as linked, count(*) filter (where source in ('two_gis', 'vk')) as mentions
    from feedback group by all
    union all by name
    select week, region, office_id, touchpoint, 'review' as question,
        count(*) as n, sum(score) as place, sum(score ** 2) as place2
    from review group by all
),
cell as (
    select
        week, question, region, office_id, journey, touchpoint, channel, client_group,
        sum(n)::double as n, sum(solved) as solved, sum(handed) as handed, sum(first) as first,
        sum(net) as net, sum(sides) as sides, sum(promoters) as promoters, sum(detractors) as detractors, sum(met) as met,
        sum(place) as place, sum(place2) as place2, sum(linked) as linked, sum(mentions) as mentions
    from part
    group by grouping sets (
        (week, question, region), (week, question, region, office_id), (week, question, region, journey),
        (week, question, region, touchpoint), (week, question, region, channel), (week, question, region, client_group),
        (week, question, region, office_id, touchpoint), (week, question, region, office_id, channel)
    )
    having (grouping(office_id) = 1 or office_id is not null) and (grouping(journey) = 1 or journey is not null)
        and (grouping(touchpoint) = 1 or touchpoint is not null) and (grouping(channel) = 1 or channel is not null)
        and (grouping(client_group) = 1 or client_group is not null)
)
select
    week, region, office_id, journey, touchpoint, channel, client_group,
    unnest(case coalesce(question, 'interaction')
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
        when 'review' then [{metric: 'iqs', kind: 'mean', numerator: place, squares: place2, n: n}]
        when 'feedback' then [
            {metric: 'link_rate', kind: 'share', numerator: linked, squares: null, n: n},
            {metric: 'cv1', kind: 'count', numerator: mentions, squares: null, n: mentions}
        ]
    end, recursive := true)
from cell;

create or replace temp table variant_cell as
with part as (
    select * exclude (journey, client_group) from interaction_part
    union all by name select * from later_part
    union all by name select * exclude (journey, client_group) from answer_part
    union all by name
    select week, region, office_id, touchpoint, channel, 'survey' as question,
        count(*) as n, count(*) filter (where is_complete) as yes
    from feedback where source = 'survey' group by all
),
cell as (
    select
        week, question, region, office_id, touchpoint, channel,
        sum(columns(* exclude (week, question, region, office_id, touchpoint, channel)))::double
    from part
    group by grouping sets (
        (week, question, region), (week, question, region, office_id), (week, question, region, touchpoint),
        (week, question, region, channel)
    )
    having (grouping(office_id) = 1 or office_id is not null)
        and (grouping(touchpoint) = 1 or touchpoint is not null) and (grouping(channel) = 1 or channel is not null)
)
select
    week, region, office_id, touchpoint, channel,
    unnest(case coalesce(question, 'interaction')
        when 'interaction' then [
            {metric: 'rr_1d', kind: 'share', numerator: solved_1d, squares: null::double, n: n},
            {metric: 'rr_30d', kind: 'share', numerator: solved_month, squares: null, n: month},
            {metric: 'rr_flow', kind: 'ratio', numerator: flow, squares: null, n: n},
            {metric: 'rr_net_repeat', kind: 'share', numerator: solved_net, squares: null, n: n},
            {metric: 'solve_1h', kind: 'share', numerator: solved_hour, squares: null, n: solved},
            {metric: 'solve_1d', kind: 'share', numerator: solved_day, squares: null, n: solved},
            {metric: 'er_up', kind: 'share', numerator: handed_up, squares: null, n: n},
            {metric: 'transfer_rate', kind: 'share', numerator: handed_aside, squares: null, n: n},
            {metric: 'net_fcr', kind: 'share', numerator: first_net, squares: null, n: n_net},
            {metric: 'fcr_unlinked_share', kind: 'share', numerator: unlinked, squares: null, n: n},
            {metric: 'cv2_out_of_hours', kind: 'share', numerator: out_of_hours, squares: null, n: n},
            {metric: 'rpc', kind: 'mean', numerator: turns, squares: turns2, n: n},
            {metric: 'rpc_messages', kind: 'mean', numerator: messages, squares: messages2, n: n},
            {metric: 'rpc_client', kind: 'mean', numerator: client, squares: client2, n: n},
            {metric: 'rpc_solved', kind: 'mean', numerator: solved_turns, squares: solved_turns2, n: solved},
            {metric: 'ttfr_mean', kind: 'mean', numerator: reply, squares: reply2, n: answered},
            {metric: 'ttfr_in_norm', kind: 'share', numerator: in_norm, squares: null, n: talks},
            {metric: 'ttfr_unanswered', kind: 'share', numerator: talks - answered, squares: null, n: talks},
            {metric: 'queue_over_norm', kind: 'share', numerator: long_waits, squares: null, n: waits},
            {metric: 'no_show_rate', kind: 'share', numerator: no_show, squares: null, n: booked},
            {metric: 'offer_rate', kind: 'share', numerator: offered, squares: null, n: served},
            {metric: 'delivery_rate', kind: 'share', numerator: delivered, squares: null, n: sent},
            {metric: 'response_rate', kind: 'share', numerator: responded, squares: null, n: delivered}
        ]
        when 'ces' then [
            {metric: 'ces_literal', kind: 'net', numerator: easy - hard, squares: easy + hard, n: n5},
            {metric: 'ces_mean100', kind: 'mean', numerator: place, squares: place2, n: n},
            {metric: 'ces_easy_share', kind: 'share', numerator: upper, squares: null, n: n}
        ]
        when 'expectation' then [
            {metric: 'expectation_above', kind: 'share', numerator: above, squares: null, n: n},
            {metric: 'expectation_below', kind: 'share', numerator: n - met, squares: null, n: n},
            {metric: 'expectation_index', kind: 'mean', numerator: place, squares: place2, n: n}
        ]
        when 'satisfaction' then [
            {metric: 'satisfaction_above', kind: 'share', numerator: above, squares: null, n: n},
            {metric: 'satisfaction_below', kind: 'share', numerator: n - met, squares: null, n: n},
            {metric: 'satisfaction_index', kind: 'mean', numerator: place, squares: place2, n: n}
        ]
        when 'resolved' then [{metric: 'rr_confirmed', kind: 'share', numerator: yes, squares: null, n: n}]
        when 'first_contact' then [{metric: 'fcr_said', kind: 'share', numerator: yes, squares: null, n: n}]
        when 'survey' then [{metric: 'completion_rate', kind: 'share', numerator: yes, squares: null, n: n}]
    end, recursive := true)
from cell;
