-- Cells of the variants that are counted over answers and survey responses, by single dimensions.
create or replace temp table answer_variant_cell as
with cell as (
    select
        week, question, region, office_id, touchpoint, channel,
        count(*)::double as n,
        count(*) filter (where 2 * position > 1 + points) as upper,
        count(*) filter (where points = 5) as n5,
        count(*) filter (where points = 5 and position = 4) as easy,
        count(*) filter (where points = 5 and position = 2) as hard,
        sum(100 * (position - 1) / (points - 1)) as place,
        sum((100 * (position - 1) / (points - 1)) ** 2) as place2,
        count(*) filter (where position = 2) as yes,
        count(*) filter (where position >= 3) as met,
        count(*) filter (where position >= 4) as above
    from answer
    where question <> 'nps'
    group by grouping sets (
        (week, question, region), (week, question, region, office_id), (week, question, region, touchpoint),
        (week, question, region, channel)
    )
    having (grouping(office_id) = 1 or office_id is not null)
        and (grouping(touchpoint) = 1 or touchpoint is not null) and (grouping(channel) = 1 or channel is not null)
    union all by name
    select
        week, 'survey' as question, region, office_id, touchpoint, channel,
        count(*)::double as n, count(*) filter (where is_complete) as yes
    from feedback
    where source = 'survey'
    group by grouping sets (
        (week, region), (week, region, office_id), (week, region, touchpoint), (week, region, channel)
    )
    having (grouping(office_id) = 1 or office_id is not null)
        and (grouping(touchpoint) = 1 or touchpoint is not null) and (grouping(channel) = 1 or channel is not null)
)
select
    week, region, office_id, touchpoint, channel,
    unnest(case question
        when 'ces' then [
            {metric: 'ces_literal', kind: 'net', numerator: easy - hard, squares: (easy + hard)::double, n: n5},
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
        else [  -- an aspect of expectation or satisfaction
            {metric: question || '_met', kind: 'share', numerator: met, squares: null, n: n},
            {metric: question || '_above', kind: 'share', numerator: above, squares: null, n: n},
            {metric: question || '_below', kind: 'share', numerator: n - met, squares: null, n: n},
            {metric: question || '_index', kind: 'mean', numerator: place, squares: place2, n: n}
        ]
    end, recursive := true)
from cell;
