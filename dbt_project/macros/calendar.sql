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

{#- Mondays to Fridays from the day after a date up to a later one; holidays are not told apart. -#}
{% macro weekdays_between(from_day, to_day) -%}
    cast({{ _weekdays_until(to_day) }} - {{ _weekdays_until(from_day) }} as integer)
{%- endmacro %}

{#- Mondays to Fridays from Monday, January 1, 1900, up to a date. -#}
{% macro _weekdays_until(day) -%}
    (
        date_diff('day', date '1900-01-01', {{ day }}) // 7 * 5
        + least(date_diff('day', date '1900-01-01', {{ day }}) % 7 + 1, 5)
    )
{%- endmacro %}
