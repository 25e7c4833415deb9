{#- A check, trace or settlement number as two systems can compare it: no case, no spaces, no leading zeros. -#}
{% macro payment_number(text) -%}
    nullif(ltrim(upper(trim({{ text }})), '0'), '')
{%- endmacro %}

{#- Whether a patient paid by card, as the ways to pay are called at the desk. -#}
{% macro is_card_payment(payment_method) -%}
    regexp_matches(lower(coalesce({{ payment_method }}, '')), 'card|visa|amex|credit|debit')
{%- endmacro %}

{#- A setting that is a whole number, as it was in force on a day. -#}
{% macro number_in_force(setting_name, day, default) -%}
    coalesce((
        select max(cast(in_force.setting_value as bigint))
        from {{ ref('stg_practice__company_settings') }} as in_force
        where
            in_force.setting_name = '{{ setting_name }}'
            and in_force.effective_from <= {{ day }}
            and (in_force.effective_until is null or {{ day }} < in_force.effective_until)
    ), {{ default }})
{%- endmacro %}

{#- Whole cents of an exact amount. -#}
{% macro in_cents(amount) -%}
    cast({{ amount }} * 100 as bigint)
{%- endmacro %}

{#- An exact amount of whole cents. -#}
{% macro from_cents(cents) -%}
    cast(cast({{ cents }} as decimal(16, 0)) * 0.01 as decimal(18, 2))
{%- endmacro %}
