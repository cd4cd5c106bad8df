{# The cuts that are published, within a region. A lead metric is cut by all of them, a variant by single dimensions. #}
{% macro dimensions() -%}
    {{ return(['office_id', 'journey', 'stage', 'touchpoint', 'channel', 'client_group', 'segment']) }}
{%- endmacro %}

{# Cuts in planes: those of a plane share its dimensions, so they are summed together, and planes apart from each other. #}
{% macro cut_planes() -%}
    {{ return([
        {
            true: [
                [], ['office_id'], ['touchpoint'], ['channel'], ['office_id', 'touchpoint'], ['office_id', 'channel'],
            ],
            false: [[], ['office_id'], ['touchpoint'], ['channel']],
        },
        {true: [['journey'], ['journey', 'stage']], false: []},
        {true: [['client_group'], ['client_group', 'segment']], false: []},
    ]) }}
{%- endmacro %}

{% macro cuts(lead) -%}
    {{ return(cut_planes() | sum(lead, start=[])) }}
{%- endmacro %}

{# Cuts that are crossed by two dimensions of equal standing, each a cut of its own: not a stage and its journey, or a segment and its group. #}
{% macro crossed_cuts() -%}
    {%- set found = [] -%}
    {%- for cut in cuts(true) if cut | length == 2 and [cut[0]] in cuts(true) and [cut[1]] in cuts(true) -%}
        {%- do found.append(cut) -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}

{# The lines of the published cuts: each cut along each of its dimensions whose total is a published cut too. #}
{% macro cut_lines() -%}
    {%- set found = [] -%}
    {%- for cut in cuts(true) -%}
        {%- for along in cut if cut | reject('equalto', along) | list in cuts(true) -%}
            {%- do found.append({'cut': cut, 'along': along, 'held': cut | reject('equalto', along) | list}) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}

{# Cuts by some dimensions only. #}
{% macro cuts_of_dimensions(cuts, kept) -%}
    {%- set found = [] -%}
    {%- for cut in cuts if cut | reject('in', kept) | list == [] -%}
        {%- do found.append(cut) -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}

{# The dimensions by which some cuts cut. #}
{% macro dimensions_of(cuts) -%}
    {{ return(dimensions() | select('in', cuts | sum(start=[])) | list) }}
{%- endmacro %}

{# The dimensions of a query grouped by cuts: those by which none cuts are null. #}
{% macro cut_dimensions(cuts) -%}
    {%- set used = dimensions_of(cuts) -%}
    {%- for dimension in dimensions() %}
    {{ dimension if dimension in used else 'cast(null as string) as ' ~ dimension }}{{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{# Group by the keys and each cut. #}
{% macro group_by_cuts(keys, cuts) -%}
    {%- set sets = [] -%}
    {%- for cut in cuts -%}
        {%- do sets.append('(' ~ (keys + cut) | join(', ') ~ ')') -%}
    {%- endfor -%}
    group by grouping sets (
        {{ sets | join(',\n        ') }}
    )
    -- a record whose value of the dimension is unknown counts in the wider cuts only
    having
        {%- for dimension in dimensions_of(cuts) %}
        (grouping({{ dimension }}) = 1 or {{ dimension }} is not null){{ ' and' if not loop.last }}
        {%- else %} true
        {%- endfor %}
{%- endmacro %}

{# Codes of the registry, methodology/metrics.yml: lead metrics or variants; of some kinds. #}
{% macro metrics_of(lead, kinds=none) -%}
    {%- set codes = [] -%}
    {%- for code, entry in var('metrics').items()
        if entry.is_lead == lead and (kinds is none or entry.kind in kinds) -%}
        {%- do codes.append(code) -%}
    {%- endfor -%}
    {{ return(codes) }}
{%- endmacro %}

{# A question of the survey as it is asked of the whole, and of each aspect that has metrics: codes of answers. #}
{% macro asked_questions(question) -%}
    {%- set asked = [question] -%}
    {%- for entry in var('metrics').values() if entry.aspect -%}
        {%- set code = question ~ '_' ~ entry.aspect -%}
        {%- if entry.definition_id.startswith(code ~ '.') and code not in asked -%}
            {%- do asked.append(code) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(asked) }}
{%- endmacro %}

{# The quantile that each metric takes: the registry says it of those of kind quantile; a median takes the middle. #}
{% macro quantile_of_metric() -%}
    {%- set codes = metrics_of(true, ['quantile']) + metrics_of(false, ['quantile']) -%}
    {%- for code in codes %}case metric when '{{ code }}' then {{ var('metrics')[code].quantile }} else {% endfor -%}
    0.5
    {%- for code in codes %} end{% endfor %}
{%- endmacro %}
