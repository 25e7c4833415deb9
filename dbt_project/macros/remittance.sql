{#- Our key of a remittance: the payment transaction at its place in its file. -#}
{% macro remittance_key() -%}
    md5(
        file_hash
        || '|' || cast(interchange_position as varchar)
        || '|' || cast(transaction_position as varchar)
    )
{%- endmacro %}

{#- Whether two rows belong to one remittance, without computing its key for each of them. -#}
{% macro same_remittance(left, right) -%}
    {{ left }}.file_hash = {{ right }}.file_hash
    and {{ left }}.interchange_position = {{ right }}.interchange_position
    and {{ left }}.transaction_position = {{ right }}.transaction_position
{%- endmacro %}

{#- The term without which charge - adjustments = paid cannot be evaluated, or null where all three are there. -#}
{% macro absent_term(charged) -%}
    case
        when {{ charged }}.charge_amount is null then 'charge_absent'
        when {{ charged }}.paid_amount is null then 'paid_absent'
        when adjustments.absent_count > 0 then 'adjustment_amount_absent'
    end
{%- endmacro %}
