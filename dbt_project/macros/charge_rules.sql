{#- The rows of one of our tables for the charge rules, and the practice's own rows of the same table. The practice's
win: is_own is true for them, so that a reader who has two rows for a key takes its own. -#}
{% macro with_own_rows(ours, own) -%}
    select
        *,
        false as is_own
    from {{ ours }}

    union all

    select
        *,
        true as is_own
    from {{ own }}
{%- endmacro %}

{#- Whether a row of such a table holds on a day. The last day is the one before effective_until. -#}
{% macro holds_on(row, day) -%}
    {{ row }}.effective_from <= {{ day }} and ({{ row }}.effective_until is null or {{ row }}.effective_until > {{ day }})
{%- endmacro %}

{#- Whether a national provider identifier is one: ten digits, the first a 1 or a 2, and the last the Luhn check digit
of the others behind the prefix 80840, which adds 24. Source: 45 CFR 162.406 and ISO/IEC 7812-1, annex B. -#}
{% macro npi_is_valid(npi) -%}
    case
        when {{ npi }} is null then null
        when not regexp_full_match({{ npi }}, '[12][0-9]{9}') then false
        else (
            24
            {%- for place in range(1, 11) %}
            {%- set digit = 'cast(substr(' ~ npi ~ ', ' ~ place ~ ', 1) as integer)' %}
            {%- if place % 2 == 1 %}
            + 2 * {{ digit }} - case when {{ digit }} > 4 then 9 else 0 end
            {%- else %}
            + {{ digit }}
            {%- endif %}
            {%- endfor %}
        ) % 10 = 0
    end
{%- endmacro %}

{#- The last day on which a payer takes a claim: its limit in days, for Medicare one calendar year. A service of
February 29 is to be filed by February 28. -#}
{% macro filing_due_on(service_on, limit_days, payer_kind) -%}
    case
        when {{ limit_days }} is not null then cast({{ service_on }} + to_days(cast({{ limit_days }} as integer)) as date)
        when lower({{ payer_kind }}) like '%medicare%' then cast({{ service_on }} + interval 1 year as date)
    end
{%- endmacro %}

{#- Whether the payer has answered a charge: it paid or wrote off something of the line. -#}
{% macro payer_has_answered(line_balances) -%}
    ({{ line_balances }}.insurance_paid_amount <> 0 or {{ line_balances }}.adjustment_amount <> 0)
{%- endmacro %}

{#- Units that minutes of treatment give: one from 8 minutes on, one more from 23, from 38, and so on. -#}
{% macro units_of_minutes(minutes) -%}
    case when {{ minutes }} < 8 then 0 else ({{ minutes }} + 7) // 15 end
{%- endmacro %}
{#- The conditions of int_charges__rule_conditions, by the names that seeds.charge_rules gives them. A new version of a
rule names the same one or another one; the old one stays as long as a version names it. -#}
{% macro charge_rule_conditions() %}
    {% do return([
        'fc01', 'fc02', 'fc03', 'fc04', 'fc05', 'fc06', 'fc07', 'fc08', 'fc09', 'fc10', 'fc11', 'fc12', 'fc13', 'fc14',
        'fc15', 'fc16', 'fc17', 'fc18', 'fc19', 'fc20', 'fc22', 'fc24', 'fc25', 'fc26', 'fc27', 'fc28', 'fc29', 'fc30',
        'fc31', 'fc32', 'fc34', 'fc36'
    ]) %}
{% endmacro %}

{#- Whether a rule is for a charge: its payers and its days. Both sides are rows with the named columns. -#}
{% macro rule_is_for_charge(rules, charges) -%}
    {{ holds_on(rules, charges ~ '.service_on') }}
    and case {{ rules }}.payer_scope
        when 'all' then true
        when 'insured' then {{ charges }}.is_insured
        else coalesce(lower({{ charges }}.payer_kind) like '%' || lower({{ rules }}.payer_scope) || '%', false)
    end
{%- endmacro %}

{#- Whose record is mended first: a wrong member id makes the rest fail as well. -#}
{% macro subject_precedence(subject) -%}
    case {{ subject }} when 'patient' then 1 when 'case' then 2 when 'provider' then 3 when 'payer' then 4 else 5 end
{%- endmacro %}
