{{ config(materialized='table') }}

{% set paired = [
    ref('int_balancing__identified_pairs'), ref('int_balancing__same_day_pairs'), ref('int_balancing__window_pairs'),
    ref('int_balancing__closed_amount_pairs'), ref('int_balancing__closed_month_adjustments')
] %}
{% set columns = ['patient_id', 'location_id', 'charge_type_key', 'amount'] %}
{% set passes = ['amount', 'charge_type_key', 'location_id'] %}

-- Payments of one day that are equal but for one column, tried column by column. A pass pairs where the payments of
-- each side are interchangeable, and chooses nothing where they are not.
with open_emr_0 as (
    {{ still_unpaired(
        ref('int_balancing__open_emr_payments'), 'emr_payment_id', paired, 'candidates.is_paid'
    ) | indent(4) }}
),

open_billing_0 as (
    {{ still_unpaired(
        ref('int_balancing__open_billing_payments'), 'billing_payment_id', paired + [ref('int_balancing__copies')],
        'candidates.is_integration and candidates.emr_payment_id is null'
    ) | indent(4) }}
),
{% for differing in passes %}
    {% set number = loop.index %}
    {% set key = (columns | reject('equalto', differing) | join(', ')) ~ ', balanced_on' %}
    emr_ranked_{{ number }} as (
        select
            emr_payment_id,
            {{ columns | join(', ') }},
            transaction_on as balanced_on,
            row_number() over (
                partition by {{ key | replace('balanced_on', 'transaction_on') }}
                order by flow_rank, emr_payment_id
            ) as payment_rank
        from open_emr_{{ number - 1 }}
    ),

    billing_ranked_{{ number }} as (
        select
            billing_payment_id,
            {{ columns | join(', ') }},
            clinic_on as balanced_on,
            other_on,
            row_number() over (
                partition by {{ key | replace('balanced_on', 'clinic_on') }}
                order by billing_payment_id
            ) as payment_rank
        from open_billing_{{ number - 1 }}
    ),

    meetings_{{ number }} as (
        select
            {{ key }},
            emr_sides.is_uniform and billing_sides.is_uniform as is_uniform
        from (
            select {{ key }}, min({{ differing }}) = max({{ differing }}) as is_uniform
            from emr_ranked_{{ number }}
            group by {{ key }}
        ) as emr_sides
        inner join (
            select
                {{ key }},
                min({{ differing }}) = max({{ differing }}) and min(other_on) = max(other_on) as is_uniform
            from billing_ranked_{{ number }}
            group by {{ key }}
        ) as billing_sides
            using ({{ key }})
    ),

    found_{{ number }} as (
        select
            emr_ranked.emr_payment_id,
            billing_ranked.billing_payment_id,
            false as is_contested
        from emr_ranked_{{ number }} as emr_ranked
        inner join billing_ranked_{{ number }} as billing_ranked
            using ({{ key }}, payment_rank)
        inner join meetings_{{ number }} as meetings
            using ({{ key }})
        where meetings.is_uniform

        union all

        select
            emr_ranked.emr_payment_id,
            null as billing_payment_id,
            true as is_contested
        from emr_ranked_{{ number }} as emr_ranked
        inner join meetings_{{ number }} as meetings
            using ({{ key }})
        where not meetings.is_uniform

        union all

        select
            null as emr_payment_id,
            billing_ranked.billing_payment_id,
            true as is_contested
        from billing_ranked_{{ number }} as billing_ranked
        inner join meetings_{{ number }} as meetings
            using ({{ key }})
        where not meetings.is_uniform
    ),

    open_emr_{{ number }} as (
        select candidates.*
        from open_emr_{{ number - 1 }} as candidates
        where not exists (
            select 1
            from found_{{ number }} as found
            where found.emr_payment_id = candidates.emr_payment_id
        )
    ),

    open_billing_{{ number }} as (
        select candidates.*
        from open_billing_{{ number - 1 }} as candidates
        where not exists (
            select 1
            from found_{{ number }} as found
            where found.billing_payment_id = candidates.billing_payment_id
        )
    ),
{% endfor %}
every_pass as (
    {% for differing in passes %}
        select
            *,
            '{{ differing }}' as differs_in
        from found_{{ loop.index }}
        {% if not loop.last %}
            union all
        {% endif %}
    {% endfor %}
)

select
    emr_payment_id,
    billing_payment_id,
    is_contested,
    differs_in
from every_pass
