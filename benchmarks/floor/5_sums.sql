-- Sums of each thing that is counted: by every combination of dimensions, from which the cells are added up later.
create or replace temp table interaction_part as
with answered as (
    select distinct interaction_id from feedback
    where source = 'survey' and is_complete and feedback_at <= ended_at + interval 48 hour
)
select
    i.week, region, office_id, journey, touchpoint, channel, client_group,
    count(*) as n,
    count(*) filter (where is_solved) as solved,
    count(*) filter (where is_solved_1d) as solved_1d,
    count(*) filter (where is_solved and not is_repeated) as solved_net,
    count(*) filter (where is_flow and solved_week = i.week) as flow,
    count(*) filter (where is_solved and solved_minutes <= 60) as solved_hour,
    count(*) filter (where is_solved and solved_working_minutes <= 480) as solved_day,
    count(*) filter (where is_handed) as handed,
    count(*) filter (where is_handed_up) as handed_up,
    count(*) filter (where is_handed_aside) as handed_aside,
    count(*) filter (where is_solved and not is_repeated and is_handed is not true) as first,
    count(*) filter (where is_solved and not is_repeated and is_handed is not true and is_first_contact) as first_net,
    count(*) filter (where is_first_contact) as n_net,
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
    count(survey_sent_at) filter (where survey_delivered and a.interaction_id is not null) as responded
from interaction as i
left join answered as a on i.record_id = a.interaction_id
where not is_out
group by all;

-- solved in a later week than received; and received five weeks earlier, so that the window of 30 days has closed
create or replace temp table later_part as
with week as (select distinct reference_week, week_number from landed('reference/weeks'))
select
    solved_week as week, region, office_id, touchpoint, channel, count(*) as flow, 0 as solved_month, 0 as month
from interaction where not is_out and is_flow and solved_week <> week group by all
union all
select
    c.reference_week as week, region, office_id, touchpoint, channel, 0 as flow,
    count(*) filter (where solved_week is not null and not is_reopened) as solved_month, count(*) as month
from interaction as i
inner join week as r on i.week = r.reference_week
inner join week as c on c.week_number = r.week_number + 5
where not is_out and c.reference_week in (select reference_week from landed('reference/weeks') where reference_week = week)
group by all;

create or replace temp table answer_part as
select
    week, region, office_id, journey, touchpoint, channel, client_group,
    question,
    count(*) as n,
    sum(sign(2 * position - 1 - points)) as net,
    count(*) filter (where 2 * position <> 1 + points) as sides,
    count(*) filter (where 2 * position > 1 + points) as upper,
    count(*) filter (where points = 5) as n5,
    count(*) filter (where points = 5 and position = 4) as easy,
    count(*) filter (where points = 5 and position = 2) as hard,
    sum(100 * (position - 1) / (points - 1)) as place,
    sum((100 * (position - 1) / (points - 1)) ** 2) as place2,
    count(*) filter (where position >= 9) as promoters,
    count(*) filter (where position <= 6) as detractors,
    count(*) filter (where position = 2) as yes,
    count(*) filter (where position >= 3) as met,
    count(*) filter (where position >= 4) as above
from answer group by all;
