-- No unexplained remainder: in each view, on each basis, for each location, day, charge type and patient the rows of
-- balancing_differences add up to EMR less billing, counted here from the payments and not from the pairs.
with payments as (
    select
        billing_views.billing_view,
        emr.location_id,
        emr.charge_type_key,
        emr.patient_id,
        emr.transaction_on as clinic_on,
        emr.transaction_on as deposit_on,
        emr.transaction_on as posting_on,
        emr.amount
    from {{ ref('int_balancing__emr_payments') }} as emr
    cross join (
        select unnest(['standard', 'full_access']) as billing_view
    ) as billing_views

    union all

    select
        billing_views.billing_view,
        billing.location_id,
        billing.charge_type_key,
        billing.patient_id,
        billing.clinic_on,
        billing.deposit_on,
        billing.posting_on,
        -billing.amount as amount
    from {{ ref('int_balancing__billing_payments') }} as billing
    cross join (
        select unnest(['standard', 'full_access']) as billing_view
    ) as billing_views
    where billing.is_integration or billing_views.billing_view = 'full_access'
),

rows_and_payments as (
    {% for basis in ['clinic', 'deposit', 'posting'] %}
        select
            '{{ basis }}' as date_basis,
            billing_view,
            location_id,
            {{ basis }}_on as balanced_on,
            charge_type_key,
            patient_id,
            amount
        from payments
        where {{ basis }}_on <= {{ as_of() }}

        union all
    {% endfor %}
    select
        date_basis,
        billing_view,
        location_id,
        balanced_on,
        {{ charge_type_key('charge_type') }} as charge_type_key,
        patient_id,
        -difference_amount as amount
    from {{ ref('balancing_differences') }}
)

select
    date_basis,
    billing_view,
    location_id,
    balanced_on,
    charge_type_key,
    patient_id,
    {{ sum_or_zero('amount') }} as remainder_amount
from rows_and_payments
group by date_basis, billing_view, location_id, balanced_on, charge_type_key, patient_id
having sum(amount) <> 0
