{# Rows of the run in which the column is null. Weeks outside the run were tested by their own run. #}
{% test not_null_in_run(model, column_name) %}
select {{ column_name }}
from {{ model }}
where {{ column_name }} is null and {{ in_run('week') }}
{% endtest %}
