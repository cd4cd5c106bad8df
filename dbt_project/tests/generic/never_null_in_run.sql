{# Rows of the run in which one of the columns is null. Weeks outside the run were tested by their own run. #}
{% test never_null_in_run(model, columns) %}
select {{ columns | join(', ') }}
from {{ model }}
where {{ in_run('week') }} and ({{ columns | join(' is null or ') }} is null)
{% endtest %}
