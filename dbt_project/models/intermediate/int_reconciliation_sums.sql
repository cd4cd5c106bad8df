-- grain: one row per week, region, centre (null: the region) and rule by which a product counts conversations
with rules as (
    {{ rules_relation() }}
),

judged as (
    select
        conversations.week,
        conversations.region,
        conversations.office_id,
        rules.rule,
        {% for part in ['numerator', 'denominator', 'measure'] %}
        case rules.rule
            {% for metric, kind, rule, numerator, denominator, measure in reconciled_rules() %}
            {%- set parts = {'numerator': flag(numerator), 'denominator': flag(denominator), 'measure': measure} %}
            when '{{ rule }}' then {{ parts[part] }}
            {%- endfor %}
        end as {{ part }}{{ ',' if not loop.last }}
        {% endfor %}
    from {{ ref('int_conversation_rules') }} as conversations
    cross join rules
),

sums as (
    select
        week,
        region,
        office_id,
        rule,
        cast(sum(numerator) as double) as numerator,
        cast(sum(denominator) as double) as denominator,
        {{ sorted_values('measure') }} as measures,
        count(measure) as n
    from judged
    where denominator = 1
    group by grouping sets ((week, region, rule), (week, region, office_id, rule))
    having grouping(office_id) = 1 or office_id is not null
)

select
    week,
    region,
    office_id,
    rule,
    numerator,
    denominator,
    n,
    case
        when n > 0  -- an empty list has no element
            then (
                {{ value_at('measures', 'floor((n + 1) / 2.0)') }} + {{ value_at('measures', 'ceil((n + 1) / 2.0)') }}
            ) / 2
    end as quantile_value
from sums
