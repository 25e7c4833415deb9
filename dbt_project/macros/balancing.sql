{#- How many days a payment may be dated away from the EMR's date of transaction and still be taken for the same one. -#}
{% macro matching_window_days() -%} 7 {%- endmacro %}

{#- The charge type as it is compared: the systems differ in letter case and blanks. -#}
{% macro charge_type_key(charge_type) -%}
    lower(trim({{ charge_type }}))
{%- endmacro %}

{#- Classes that are reported but are no exception. -#}
{% macro is_expected_class(difference_class) -%}
    {{ difference_class }} in ('internal_payment', 'integration_off', 'feed_pending', 'other_window')
{%- endmacro %}

{#- Payments of one side that none of the models in `pairs` has paired yet.

relation   model with one row per payment
identity   its column that names the payment
pairs      models with that column
where      further condition -#}
{% macro still_unpaired(relation, identity, pairs, where='true') -%}
    select candidates.*
    from {{ relation }} as candidates
    where
        {{ where }}
        {% for pair in pairs %}
        and not exists (
            select 1
            from {{ pair }} as paired
            where paired.{{ identity }} = candidates.{{ identity }}
        )
        {% endfor %}
{%- endmacro %}
