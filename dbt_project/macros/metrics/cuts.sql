{# The cuts that are published: within a region, these sets of dimensions. One list for sums and medians. #}
{% macro dimensions() -%}
    {{ return(['office_id', 'journey', 'touchpoint', 'channel', 'client_group']) }}
{%- endmacro %}

{% macro group_by_cuts() -%}
    {%- set cuts = [
        [], ['office_id'], ['journey'], ['touchpoint'], ['channel'], ['client_group'],
        ['office_id', 'touchpoint'], ['office_id', 'channel'],
    ] -%}
    group by grouping sets (
        {%- for cut in cuts %}
        ({{ (['week', 'metric', 'region'] + cut) | join(', ') }}){{ ',' if not loop.last }}
        {%- endfor %}
    )
    -- a record whose value of the dimension is unknown counts in the wider cuts only
    having
        {%- for dimension in dimensions() %}
        (grouping({{ dimension }}) = 1 or {{ dimension }} is not null){{ ' and' if not loop.last }}
        {%- endfor %}
{%- endmacro %}
