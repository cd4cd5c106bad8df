-- Cells of the variants that are counted over interactions, by single dimensions.
create or replace temp table interaction_variant_cell as
with answered as (
    select distinct interaction_id as record_id from feedback
    where source = 'survey' and is_complete and feedback_at <= ended_at + interval 48 hour
        and record_id in (select response_id from landed('survey/answers') where answer_text is not null)
),
reference_week as (select distinct reference_week as week, week_number from landed('reference/weeks')),
landed_week as (select week, week_number from landed('reference/weeks') where reference_week = week),
counted as (  -- under another week than that of receipt: solutions, and receipts whose window of 30 days has closed
    select i.*, a.record_id is not null as is_response, is_flow and solved_week = week as is_solution
    from interaction as i left join answered as a using (record_id)
    where not is_out
    union all by name
    select solved_week as week, region, office_id, touchpoint, channel, true as is_solution
    from interaction where not is_out and is_flow and solved_week <> week
    union all by name
    select
        c.week, region, office_id, touchpoint, channel,
        true as is_month, solved_week is not null and not is_reopened as is_month_solved
    from interaction as i
    inner join reference_week as r using (week)
    inner join landed_week as c on c.week_number = r.week_number + 5
    where not is_out
),
cell as (
    select
        week, region, office_id, touchpoint, channel,
        count(record_id)::double as n,
        count(*) filter (where is_solved) as solved,
        count(*) filter (where is_solved_1d) as solved_1d,
        count(*) filter (where is_solved and not is_repeated) as solved_net,
        count(*) filter (where is_solution) as flow,
        count(*) filter (where is_month) as month,
        count(*) filter (where is_month_solved) as solved_month,
        count(*) filter (where is_solved and solved_minutes <= 60) as solved_hour,
        count(*) filter (where is_solved and solved_working_minutes <= 480) as solved_day,
        count(*) filter (where is_handed_up) as handed_up,
        count(*) filter (where is_handed_aside) as handed_aside,
        count(*) filter (where is_first_contact) as n_net,
        count(*) filter (
            where is_first_contact and is_solved and not is_repeated and is_handed is not true
        ) as first_net,
        count(*) filter (where is_unlinked) as unlinked,
        count(*) filter (where is_out_of_hours) as out_of_hours,
        sum(staff_turns) as turns, sum(staff_turns ** 2) as turns2,
        sum(staff_messages) as messages, sum(staff_messages ** 2) as messages2,
        sum(client_turns) as client, sum(client_turns ** 2) as client2,
        sum(staff_turns) filter (where is_solved) as solved_turns,
        sum(staff_turns ** 2) filter (where is_solved) as solved_turns2,
        count(*) filter (where is_talk) as talks,
        count(*) filter (where is_talk and is_answered) as answered,
        count(*) filter (where is_talk and reply_working_minutes <= 15) as in_norm,
        sum(reply_working_minutes) filter (where is_talk) as reply,
        sum(reply_working_minutes ** 2) filter (where is_talk) as reply2,
        count(wait_minutes) as waits,
        count(*) filter (where wait_minutes > 15) as long_waits,
        count(is_no_show) filter (where channel = 'visit') as booked,
        count(*) filter (where is_no_show and channel = 'visit') as no_show,
        count(ended_at) filter (where not is_conversation) as served,
        count(survey_sent_at) filter (where ended_at is not null) as offered,
        count(survey_sent_at) as sent,
        count(survey_sent_at) filter (where survey_delivered) as delivered,
        count(survey_sent_at) filter (where survey_delivered and is_response) as responded
    from counted
    group by grouping sets (
        (week, region), (week, region, office_id), (week, region, touchpoint), (week, region, channel)
    )
    having (grouping(office_id) = 1 or office_id is not null)
        and (grouping(touchpoint) = 1 or touchpoint is not null) and (grouping(channel) = 1 or channel is not null)
)
select
    week, region, office_id, touchpoint, channel,
    unnest([
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
    ], recursive := true)
from cell;
