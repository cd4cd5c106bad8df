{# Rows of the run whose key stands twice, or in which a column that is never null is null: one test, for each costs
   more than its query. Weeks outside the run were tested by their own run. #}
{% test keyed_in_run(model, key, never_null=[]) %}
select
    {{ key | join(',\n    ') }},
    count(*) as row_count
from {{ model }}
where {{ in_run('week') }}
group by {{ key | join(', ') }}
having
    count(*) > 1
    {% for column in never_null -%}
    or count({{ column }}) < count(*)
    {% endfor %}
{% endtest %}
