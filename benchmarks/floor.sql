-- The floor: every released value of one week, computed by hand in one script from the same landing files.
-- No models, no tests, no tables kept: what DuckDB needs at the least. the variable `landing` is their folder.
create or replace temp macro landed(entity) as table
    select * from read_parquet(getvariable('landing') || '/' || entity || '/week=*/data.parquet', hive_partitioning = true, hive_types = {'week': varchar});

create or replace temp table interaction as
with event as (
    select * from landed('ais/interaction_events')
    union all by name select * from landed('contact_centre/conversation_events')
),
contact as (
    select *, false as is_conversation from landed('ais/interactions')
    union all by name select *, true as is_conversation from landed('contact_centre/conversations')
),
outcome as (
    select
        c.record_id,
        min(e.occurred_at) filter (where e.event_type = 'solved') as solved_at,
        min(e.occurred_at) filter (where e.event_type = 'reopened') as reopened_at,
        bool_or(e.event_type in ('spam', 'test', 'duplicate', 'merged')) as is_out
    from contact as c
    inner join event as e on c.record_id = e.interaction_id and e.occurred_at <= c.received_at + interval 7 day
    group by all
),
reply as (
    select c.record_id, min(m.sent_at) as first_reply_at
    from landed('contact_centre/conversations') as c
    inner join landed('contact_centre/messages') as m
        on c.record_id = m.interaction_id and m.author_type = 'staff' and m.is_public
        and m.sent_at between c.received_at and c.received_at + interval 7 day
    group by all
)
select
    c.week, c.record_id, c.region, c.office_id, s.journey, c.touchpoint, c.channel, c.client_group, c.received_at, c.ended_at,
    c.contact_week, c.is_conversation, o.solved_at is not null and o.reopened_at is null as is_solved,
    c.channel = 'bot' and r.first_reply_at is null as is_bot_only,
    date_diff('microsecond', c.received_at, r.first_reply_at)::double / 6e7 as reply_minutes,
    coalesce(o.is_out, false) or c.initiated_by = 'service' as is_out
from contact as c
left join outcome as o using (record_id)
left join reply as r using (record_id)
left join (select distinct service, journey from landed('reference/services')) as s using (service);

create or replace temp table feedback as
with given as (
    select 'survey' as source, week, record_id, region, office_id, interaction_id, touchpoint, client_group,
        submitted_at as feedback_at, invited_at, is_complete
    from landed('survey/responses')
    union all by name
    select 'complaints_book' as source, week, record_id, region, office_id, touchpoint, entered_at as feedback_at
    from landed('complaints_book/entries')
    union all by name
    select 'two_gis' as source, week, record_id, region, office_id, published_at as feedback_at
    from landed('two_gis/mentions') where not is_own and repost_of is null and not is_hidden
    union all by name
    select 'vk' as source, week, record_id, region, office_id, published_at as feedback_at
    from landed('vk/mentions') where not is_own and repost_of is null and not is_hidden
)
select
    g.week, g.record_id, g.source, g.region, coalesce(i.office_id, g.office_id) as office_id, i.journey,
    coalesce(g.touchpoint, i.touchpoint) as touchpoint, i.channel, coalesce(i.client_group, g.client_group) as client_group,
    i.record_id as interaction_id, i.ended_at, i.contact_week, g.feedback_at, g.is_complete,
    g.invited_at > i.ended_at + interval 24 hour or g.feedback_at > i.ended_at + interval 48 hour as is_late
from given as g
left join interaction as i on g.interaction_id = i.record_id and i.received_at >= g.feedback_at - interval 28 day;

create or replace temp table answer as
select
    case when f.is_late or f.ended_at is null then f.week else f.contact_week end as week,
    f.region, f.office_id, f.journey, f.touchpoint, f.channel, f.client_group, a.question,
    case
        when a.question = 'nps' then case when a.answer_position >= 9 then 1 when a.answer_position <= 6 then -1 else 0 end
        else sign(2 * (a.answer_position - 1) - (a.scale_points - 1))
    end as numerator
from landed('survey/answers') as a
inner join feedback as f on a.response_id = f.record_id
where a.question in ('ces', 'nps') and f.is_complete and a.answer_position is not null and not coalesce(f.is_late, false)
qualify row_number() over (
    partition by a.question, coalesce(f.interaction_id, f.record_id) order by f.feedback_at, f.record_id
) = 1;

create or replace temp table value as
with part as (
    select week, region, office_id, journey, touchpoint, channel, client_group, question as metric,
        sum(numerator)::double as numerator, sum(abs(numerator))::double as size, count(*) as denominator
    from answer group by all
    union all by name
    select week, region, office_id, journey, touchpoint, channel, client_group, 'rr' as metric,
        sum(is_solved::int)::double as numerator, 0 as size, count(*) as denominator
    from interaction where not is_out group by all
    union all by name
    select week, region, office_id, journey, touchpoint, channel, client_group, 'ttfr_unanswered' as metric,
        count(reply_minutes)::double as numerator, 0 as size, count(*) as denominator
    from interaction where not is_out and is_conversation and not is_bot_only group by all
    union all by name
    select week, region, office_id, journey, client_group, 'link_rate' as metric,
        count(touchpoint)::double as numerator, 0 as size, count(*) as denominator
    from feedback group by all
    union all by name
    select week, region, office_id, 'cv1' as metric, count(*)::double as numerator, 0 as size, count(*) as denominator
    from feedback where source in ('two_gis', 'vk') group by all
),
total as (
    select week, metric, region, office_id, journey, touchpoint, channel, client_group,
        sum(numerator) as numerator, sum(size) as size, sum(denominator)::double as n
    from part
    group by grouping sets (
        (week, metric, region), (week, metric, region, office_id), (week, metric, region, journey),
        (week, metric, region, touchpoint), (week, metric, region, channel), (week, metric, region, client_group),
        (week, metric, region, office_id, touchpoint), (week, metric, region, office_id, channel)
    )
    having (grouping(office_id) = 1 or office_id is not null) and (grouping(journey) = 1 or journey is not null)
        and (grouping(touchpoint) = 1 or touchpoint is not null) and (grouping(channel) = 1 or channel is not null)
        and (grouping(client_group) = 1 or client_group is not null)
)
select
    *,
    case when metric in ('ces', 'nps', 'rr', 'link_rate') then 100 * numerator / n else numerator end as value,
    case when metric in ('ces', 'nps') then 100 * numerator / (n + 3) else 100 * (numerator + 1.92) / (n + 3.84) end as centre,
    case when metric in ('ces', 'nps')
        then 196 * sqrt(((size + 1.5) / (n + 3) - (numerator / (n + 3)) ^ 2) / (n + 3))
        else 196 * sqrt(greatest(0, numerator * (n - numerator)) / n + 0.96) / (n + 3.84)
    end as margin
from total
union all by name
select week, 'cv2' as metric, region, office_id, journey, touchpoint, channel, client_group, n as numerator, n, n as value
from total where metric = 'rr'
union all by name
select
    week, 'ttfr' as metric, region, office_id, journey, touchpoint, channel, client_group,
    count(*)::double as n, median(reply_minutes) as value
from interaction
where not is_out and is_conversation and not is_bot_only and reply_minutes is not null
group by grouping sets (
    (week, region), (week, region, office_id), (week, region, journey), (week, region, touchpoint), (week, region, channel),
    (week, region, client_group), (week, region, office_id, touchpoint), (week, region, office_id, channel)
)
having (grouping(office_id) = 1 or office_id is not null) and (grouping(journey) = 1 or journey is not null)
    and (grouping(touchpoint) = 1 or touchpoint is not null) and (grouping(channel) = 1 or channel is not null)
    and (grouping(client_group) = 1 or client_group is not null);
