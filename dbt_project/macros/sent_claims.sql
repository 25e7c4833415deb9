{#- Whether two rows stand in one transaction set of one file, by the load that brought the file. -#}
{% macro same_transaction(left, right) -%}
    {{ left }}.load_id = {{ right }}.load_id
    and {{ left }}.interchange_position = {{ right }}.interchange_position
    and {{ left }}.transaction_position = {{ right }}.transaction_position
{%- endmacro %}

{#- Whether two rows belong to one claim as it stands in an 837 or a 277CA. A claim has no id of its own in there: the
same patient control number may be sent, and answered, any number of times. -#}
{% macro same_sent_claim(left, right) -%}
    {{ same_transaction(left, right) }}
    and {{ left }}.claim_position = {{ right }}.claim_position
{%- endmacro %}

{#- Whether the interchange of a row is not one that had been delivered before, in another file: what came again was
not sent again. -#}
{% macro is_sent_once(sent) -%}
    not exists (
        select 1
        from {{ ref('int_claims__repeated_interchanges') }} as repeats
        where
            {{ sent }}.load_id = repeats.load_id
            and {{ sent }}.interchange_position = repeats.interchange_position
    )
{%- endmacro %}
