{#- First day of the month of a date, as a date (truncating gives a timestamp in some engines). -#}
{% macro month_start(day) -%}
    cast(date_trunc('month', {{ day }}) as date)
{%- endmacro %}

{#- Last day of the month of a date. -#}
{% macro month_end(day) -%}
    cast(last_day({{ day }}) as date)
{%- endmacro %}

{#- Whole days from one date to a later one. -#}
{% macro days_between(from_day, to_day) -%}
    cast(date_diff('day', {{ from_day }}, {{ to_day }}) as integer)
{%- endmacro %}
