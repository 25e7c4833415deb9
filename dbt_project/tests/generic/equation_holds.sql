{#- An equation between columns holds on every row; an absent term breaks it. -#}
{% test equation_holds(model, equation) %}
select *
from {{ model }}
where ({{ equation }}) is distinct from true
{% endtest %}
