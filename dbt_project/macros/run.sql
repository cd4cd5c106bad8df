{# The window of a run: the week before it and its own week (docs/architecture.md, Weeks). #}
{% macro in_run(column) -%}
    {{ column }} between '{{ var("from_week") }}' and '{{ var("run_week") }}'
{%- endmacro %}

{# The run, and the weeks before it from which things may still happen to a record. #}
{% macro in_history(column) -%}
    {%- if execute -%}
        {%- set monday = modules.datetime.datetime.strptime(var("from_week") ~ "-1", "%G-W%V-%u") -%}
        {%- set first = monday - modules.datetime.timedelta(weeks=parameter("history_weeks") | int) -%}
        {{ column }} between '{{ first.strftime("%G-W%V") }}' and '{{ var("run_week") }}'
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
