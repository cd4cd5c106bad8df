-- The other things that are counted: feedback, answers to the survey, evaluations, reopenings.
create or replace temp table feedback as
with given as (
    select 'survey' as source, week, record_id, region, office_id, interaction_id, touchpoint, client_group,
        submitted_at as feedback_at, invited_at, is_complete
    from landed('survey/responses')
    union all by name
    select 'complaints_book' as source, week, record_id, region, office_id, touchpoint, entered_at as feedback_at
    from landed('complaints_book/entries')
    union all by name
    select 'letters' as source, week, record_id, region, office_id, touchpoint, entered_at as feedback_at
    from landed('letters/letters')
    where not is_automatic
    union all by name
    select platform as source, week, record_id, region, office_id, published_at as feedback_at
    from landed('*/mentions')
    where not is_own and repost_of is null and not is_hidden and not is_off_topic
)
select
    g.week, g.record_id, g.source, g.region, coalesce(i.office_id, g.office_id) as office_id, i.journey, s.stage,
    coalesce(g.touchpoint, i.touchpoint, l.touchpoint) as touchpoint, i.channel,
    coalesce(i.client_group, g.client_group) as client_group, i.segment,
    i.record_id as interaction_id, i.ended_at, i.contact_week, g.feedback_at, g.is_complete,
    g.invited_at > i.ended_at + interval 24 hour or g.feedback_at > i.ended_at + interval 48 hour as is_late
from given as g
left join interaction as i on g.interaction_id = i.record_id and i.received_at >= g.feedback_at - interval 28 day
left join landed('text/labels') as l on g.record_id = l.record_id and g.week = l.week
left join landed('reference/stage_touchpoints') as s
    on g.week = s.week and i.journey = s.journey
        and coalesce(g.touchpoint, i.touchpoint, l.touchpoint) = s.touchpoint;

create or replace temp table answer as
select
    case when f.is_late or f.ended_at is null then f.week else f.contact_week end as week,
    f.region, f.office_id, f.journey, f.stage, f.touchpoint, f.channel, f.client_group, f.segment,
    a.question, a.answer_position as position, a.scale_points as points
from landed('survey/answers') as a
inner join feedback as f on a.response_id = f.record_id
where f.is_complete and a.answer_position is not null and not coalesce(f.is_late, false)
qualify row_number() over (
    partition by a.question, coalesce(f.interaction_id, f.record_id) order by f.feedback_at, f.record_id
) = 1;

create or replace temp table review as
with scored as (
    select
        evaluation_id, coalesce(bool_or(is_critical and score < 0.5), false) as is_failed,
        sum(weight * score) / nullif(sum(weight) filter (where score is not null), 0) as share
    from landed('evaluations/evaluation_scores') group by evaluation_id
)
select e.week, e.region, e.office_id, e.touchpoint, case when s.is_failed then 0 else 100 * s.share end as score
from landed('evaluations/evaluations') as e
inner join scored as s on e.record_id = s.evaluation_id
where s.share is not null;

create or replace temp table reopening as
with reopened as (
    select
        e.record_id, e.week, i.region, i.office_id, i.journey, i.stage, i.touchpoint, i.channel, i.client_group,
        i.segment, e.occurred_at,
        min(m.sent_at) as next_reply_at
    from landed('contact_centre/conversation_events') as e
    inner join interaction as i
        on e.interaction_id = i.record_id and i.is_conversation and not i.is_out
        and e.occurred_at <= i.received_at + interval 28 day
    inner join landed('contact_centre/messages') as m
        on e.interaction_id = m.interaction_id and m.author_type = 'staff' and m.is_public
        and m.sent_at > e.occurred_at and m.sent_at <= e.occurred_at + interval 7 day
    where e.event_type = 'reopened'
    group by all
)
select o.*, (worked(a, o.next_reply_at) - worked(r, o.occurred_at)) / 6e7 as reply_working_minutes
from reopened as o
asof join clock as r on o.office_id = r.office_id and o.occurred_at >= r.starts_at
asof join clock as a on o.office_id = a.office_id and o.next_reply_at >= a.starts_at;
