-- Every interaction received, one wide row each, with what it counts for.
create or replace temp table interaction as
with linked as (
    select client_key, topic, received_at, record_id from contact
    where not is_out and client_key is not null and topic is not null
),
repeated as (  -- most clients ask once about a topic: only the others are put in order
    select record_id
    from linked
    semi join (select client_key, topic from linked group by all having count(*) > 1) using (client_key, topic)
    qualify count(*) over (
        partition by client_key, topic
        order by received_at range between interval 1 second following and interval 7 day following
    ) > 0
)
select
    c.* exclude (service, client_key, topic, initiated_by, first_reply_at, solved_at, reopened_at),
    solved_at <= received_at + interval 7 day is true as has_solution,
    has_solution and reopened_at <= received_at + interval 7 day is not true as is_solved,
    solved_at <= received_at + interval 1 day
    and reopened_at <= received_at + interval 1 day is not true as is_solved_1d,
    solved_at <= received_at + interval 28 day as is_flow,
    reopened_at is not null as is_reopened,
    is_conversation and not (channel = 'bot' and first_reply_at is null) as is_talk,
    client_key is null as is_unlinked,
    again.record_id is not null as is_repeated,
    (epoch_us(solved_at) - epoch_us(received_at)) / 6e7 as solved_minutes,
    (worked(s, solved_at) - worked(r, received_at)) / 6e7 as solved_working_minutes,
    first_reply_at is not null as is_answered,
    (epoch_us(first_reply_at) - epoch_us(received_at)) / 6e7 as reply_minutes,
    (worked(a, first_reply_at) - worked(r, received_at)) / 6e7 as reply_working_minutes,
    case when channel = 'visit' then (epoch_us(called_at) - epoch_us(received_at)) / 6e7 end as wait_minutes,
    not r.is_open as is_out_of_hours
from contact as c
left join repeated as again using (record_id)
-- day by day: several times as fast as the nearest start of a stretch before the moment (asof join)
left join clock as r
    on c.office_id = r.office_id and c.received_at::date = r.day
    and c.received_at >= r.starts_at and c.received_at < r.ends_at
left join clock as s
    on c.office_id = s.office_id and c.solved_at::date = s.day
    and c.solved_at >= s.starts_at and c.solved_at < s.ends_at
left join clock as a
    on c.office_id = a.office_id and c.first_reply_at::date = a.day
    and c.first_reply_at >= a.starts_at and c.first_reply_at < a.ends_at;
