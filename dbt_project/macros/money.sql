{#- The sum of exact amounts, 0.00 when there are none. Sums widen in every engine, so the type is put back. -#}
{% macro sum_or_zero(amount, where=none) -%}
    cast(coalesce(sum({{ amount }}){% if where %} filter (where {{ where }}){% endif %}, 0) as decimal(18, 2))
{%- endmacro %}

{#- An exact amount at its resting type, after adding and subtracting. -#}
{% macro money(expression) -%}
    cast({{ expression }} as decimal(18, 2))
{%- endmacro %}
