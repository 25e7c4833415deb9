{{ config(materialized='table') }}

with payments as (
    select
        location_id,
        charge_type_key,
        transaction_on as clinic_on,
        transaction_on as deposit_on,
        transaction_on as posting_on,
        1 as emr_payment_count,
        amount as emr_amount,
        due_amount as emr_due_amount,
        charge_amount as emr_charge_amount,
        0 as billing_payment_count,
        0 as billing_amount,
        0 as staff_payment_count,
        0 as staff_amount
    from {{ ref('int_balancing__emr_payments') }}
    where is_paid

    union all

    -- Billing keeps a voided payment as one of 0.00; it is not a payment any more, so it does not count as one.
    select
        location_id,
        charge_type_key,
        clinic_on,
        deposit_on,
        posting_on,
        0 as emr_payment_count,
        0 as emr_amount,
        0 as emr_due_amount,
        0 as emr_charge_amount,
        (is_integration and amount <> 0)::integer as billing_payment_count,
        case when is_integration then amount else 0 end as billing_amount,
        (not is_integration and amount <> 0)::integer as staff_payment_count,
        case when is_integration then 0 else amount end as staff_amount
    from {{ ref('int_balancing__billing_payments') }}
),

{% for basis in ['clinic', 'deposit', 'posting'] %}
    by_{{ basis }} as (
        select
            '{{ basis }}' as date_basis,
            {{ basis }}_on as balanced_on,
            location_id,
            charge_type_key,
            {% for count in ['emr_payment_count', 'billing_payment_count', 'staff_payment_count'] %}
                cast(sum({{ count }}) as bigint) as {{ count }},
            {% endfor %}
            {{ sum_or_zero('emr_amount') }} as emr_amount,
            {{ sum_or_zero('emr_due_amount') }} as emr_due_amount,
            {{ sum_or_zero('emr_charge_amount') }} as emr_charge_amount,
            {{ sum_or_zero('billing_amount') }} as billing_amount,
            {{ sum_or_zero('staff_amount') }} as staff_amount
        from payments
        where {{ basis }}_on <= {{ as_of() }}
        group by {{ basis }}_on, location_id, charge_type_key
    ),
{% endfor %}
every_basis as (
    select * from by_clinic
    union all
    select * from by_deposit
    union all
    select * from by_posting
)

select
    every_basis.date_basis,
    every_basis.balanced_on,
    every_basis.location_id,
    charge_types.charge_type,
    every_basis.emr_payment_count,
    every_basis.emr_due_amount,
    every_basis.emr_charge_amount,
    every_basis.emr_amount,
    every_basis.billing_payment_count,
    every_basis.billing_amount,
    every_basis.staff_payment_count,
    every_basis.staff_amount
from every_basis
inner join {{ ref('int_balancing__charge_types') }} as charge_types
    on every_basis.charge_type_key = charge_types.charge_type_key
