{# The window of a run: the week before it and its own week (docs/architecture.md, Weeks). #}
{% macro in_run(column) -%}
    {{ column }} between '{{ var("from_week") }}' and '{{ var("run_week") }}'
{%- endmacro %}

{# The run, and the weeks before it from which things may still happen to a record. #}
{% macro in_history(column) -%}
    {%- if execute -%}
        {{ column }} between '{{ weeks_earlier(var("from_week"), parameter("history_weeks")) }}' and '{{ var("run_week") }}'
    {%- endif -%}
{%- endmacro %}

{# A threshold of methodology/parameters.yml. #}
{% macro parameter(name) -%}
    {%- set parameters = var("parameters") -%}
    {%- if execute and name not in parameters -%}
        {{ exceptions.raise_compiler_error("methodology/parameters.yml has no parameter '" ~ name ~ "'") }}
    {%- endif -%}
    {{ parameters.get(name) }}
{%- endmacro %}

{# The ISO week some weeks earlier. #}
{% macro weeks_earlier(week, weeks) -%}
    {%- set monday = modules.datetime.datetime.strptime(week ~ '-1', '%G-W%V-%u') -%}
    {{ return((monday - modules.datetime.timedelta(weeks=weeks | int)).strftime('%G-W%V')) }}
{%- endmacro %}
