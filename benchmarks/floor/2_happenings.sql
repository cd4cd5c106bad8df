-- Every interaction received, with what happened to it and was said in it.
create or replace temp table contact as
with known as (
    select *, false as is_conversation from landed('ais/interactions')
    union all by name select *, true as is_conversation from landed('contact_centre/conversations')
),
event as (
    select * from landed('ais/interaction_events')
    union all by name select * from landed('contact_centre/conversation_events')
),
outcome as (
    select
        record_id,
        min(occurred_at) filter (where event_type = 'solved') as solved_at,
        min(e.week) filter (where event_type = 'solved') as solved_week,
        min(occurred_at) filter (where event_type = 'reopened') as reopened_at,
        bool_or(event_type in ('spam', 'test', 'duplicate', 'merged') and is_soon) as is_out,
        bool_or(is_handed) as is_handed,
        bool_or(is_handed and direction = 'up') as is_handed_up,
        bool_or(is_handed and direction = 'side') as is_handed_aside
    from (
        select
            c.record_id, e.event_type, e.occurred_at, e.direction, e.week,
            e.occurred_at <= c.received_at + interval 7 day as is_soon,
            e.event_type = 'transferred' and is_soon and coalesce(not e.is_automatic, true)
            and not (
                coalesce(e.direction, '') = 'side' and e.occurred_at <= c.received_at + interval 15 minute
            ) as is_handed
        from known as c
        inner join event as e
            on c.record_id = e.interaction_id and e.occurred_at <= c.received_at + interval 30 day
    ) as e
    group by record_id
),
said as (
    select
        c.record_id, m.author_type, m.sent_at,
        lag(m.author_type) over (partition by c.record_id order by m.sent_at, m.record_id) as before
    from landed('contact_centre/conversations') as c
    inner join landed('contact_centre/messages') as m
        on c.record_id = m.interaction_id and m.is_public and m.author_type <> 'auto'
        and m.sent_at between c.received_at and c.received_at + interval 7 day
),
talk as (
    select
        record_id,
        min(sent_at) filter (where author_type = 'staff') as first_reply_at,
        count(*) filter (where author_type = 'staff') as staff_messages,
        count(*) filter (where author_type = 'staff' and before is distinct from 'staff') as staff_turns,
        count(*) filter (where author_type = 'client' and before is distinct from 'client') as client_turns
    from said group by record_id
)
select
    c.*, s.journey, g.stage, coalesce(s.is_first_contact, true) as is_first_contact,
    o.* exclude (record_id, is_out), t.first_reply_at,
    case when c.is_conversation then coalesce(t.staff_messages, 0) else 1 end as staff_messages,
    case when c.is_conversation then coalesce(t.staff_turns, 0) else 1 end as staff_turns,
    case when c.is_conversation then coalesce(t.client_turns, 0) else 1 end as client_turns,
    coalesce(o.is_out, false) or coalesce(c.initiated_by = 'service', false) as is_out
from (
    select
        week, record_id, region, office_id, service, touchpoint, channel, client_group, segment, client_key, topic,
        initiated_by, received_at, ended_at, contact_week, called_at, is_no_show, survey_sent_at, survey_delivered,
        is_conversation
    from known
) as c
left join outcome as o using (record_id)
left join talk as t using (record_id)
left join landed('reference/services') as s using (week, service)
left join landed('reference/stage_touchpoints') as g
    on c.week = g.week and s.journey = g.journey and c.touchpoint = g.touchpoint;
