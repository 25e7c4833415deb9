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

{#- Whether a billing payment was posted by the integration: its user is on the list of the day, or is several users
of that list in one field, as billing writes a payment that the integration could not map to a user. -#}
{% macro is_integration_user(posted_by, posting_on) -%}
    exists(
        select 1
        from (
            select
                effective_from,
                effective_until,
                list(lower(trim(setting_value))) as names
            from {{ ref('stg_practice__company_settings') }}
            where setting_name = 'integration_users'
            group by effective_from, effective_until
        ) as integration_users
        where
            integration_users.effective_from <= {{ posting_on }}
            and ({{ posting_on }} < integration_users.effective_until or integration_users.effective_until is null)
            and (
                list_contains(integration_users.names, lower(trim({{ posted_by }})))
                or list_has_all(
                    integration_users.names,
                    list_transform(string_split({{ posted_by }}, ','), lambda name: lower(trim(name)))
                )
            )
    )
{%- endmacro %}

{#- Payments of one side that none of the models in `pairs` has paired yet.

relation   model with one row per payment
identity   its column that names the payment
pairs      models with that column
where      further condition
columns    what to return of the candidates -#}
{% macro still_unpaired(relation, identity, pairs, where='true', columns='candidates.*') -%}
    select {{ columns }}
    from {{ relation }} as candidates
    where
        {{ where }}
        and not exists (
            select 1
            from (
                {% for pair in pairs %}
                select {{ identity }} from {{ pair }}
                {% if not loop.last %}
                union all
                {% endif %}
                {% endfor %}
            ) as paired
            where paired.{{ identity }} = candidates.{{ identity }}
        )
{%- endmacro %}

{#- One number for what two payments must share to be equal: patient, location, charge type, amount and day.

Grouping and joining on a number costs half as much as on the columns. Two unequal payments would be taken for equal once
in 10^11 warehouses of a million payments; unless it is only the patient, the cell keeps a remainder, which blocks. -#}
{% macro equality_key(patient, location, charge_type_key, amount, day) -%}
    hash({{ patient }}, {{ location }}, {{ charge_type_key }}, {{ money(amount) }}, {{ day }})
{%- endmacro %}

{#- Whether a state was what counted on a day. -#}
{% macro is_known_on(states, day) -%}
    {{ states }}.known_from <= {{ day }}
    and ({{ states }}.known_until is null or {{ states }}.known_until > {{ day }})
{%- endmacro %}
