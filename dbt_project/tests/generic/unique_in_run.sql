{# Rows of the run in which the columns together are not unique. Weeks outside the run were tested by their own run. #}
{% test unique_in_run(model, columns) %}
select
    {{ columns | join(',\n    ') }},
    count(*) as row_count
from {{ model }}
where {{ in_run('week') }}
group by {{ columns | join(', ') }}
having count(*) > 1
{% endtest %}
