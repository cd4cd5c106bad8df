{# Rules by which other products count the same conversations, one a line; the first of a metric is ours, its lead.
   Expressions over int_conversation_rules: what the numerator asks, what the denominator asks, the measure of a median. #}
{% macro reconciled_rules() -%}
    {{ return([
        ('fcr', 'share', 'first_contact', 'is_fcr', 'true', 'null'),
        ('fcr', 'share', 'one_employee', 'is_closed and employee_count = 1', 'true', 'null'),
        ('fcr', 'share', 'one_reply', 'is_closed and staff_messages = 1', 'true', 'null'),
        ('fcr', 'share', 'no_further_contact', 'is_closed and not is_client_back', 'is_closed', 'null'),
        ('ttfr', 'median', 'all_schedules', 'first_reply_at is not null', 'not is_bot_only', 'all_schedules_minutes'),
        ('ttfr', 'median', 'last_schedule', 'first_reply_at is not null', 'not is_bot_only', 'last_schedule_minutes'),
    ]) }}
{%- endmacro %}

{# The rules as a relation. #}
{% macro rules_relation() -%}
    {%- for metric, kind, rule, numerator, denominator, measure in reconciled_rules() %}
    select
        '{{ metric }}' as metric,
        '{{ kind }}' as kind,
        '{{ rule }}' as rule,
        {{ loop.index }} as position
    {{ 'union all' if not loop.last }}
    {%- endfor %}
{%- endmacro %}
