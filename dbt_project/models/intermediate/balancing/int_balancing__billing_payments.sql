{{ config(materialized='table') }}

with payments as (
    select
        payments.*,
        {{ is_integration_user('payments.posted_by', 'payments.posting_on') }} as is_integration
    from {{ ref('stg_billing__patient_payments') }} as payments
    where least(payments.deposit_on, payments.posting_on) <= {{ as_of() }}
),

located as (
    select
        payments.*,
        coalesce(places.location_id, 'unmapped:' || payments.billing_location_id) as location_id,
        coalesce(merged.patient_id, payments.patient_id) as current_patient_id,
        clinics.emr_location_id
    from payments
    left join {{ ref('int_practice__source_locations') }} as places
        on
            places.source_system = 'billing'
            and payments.billing_location_id = places.source_location_id
    left join {{ ref('stg_practice__locations') }} as clinics
        on places.location_id = clinics.location_id
    left join {{ ref('int_patients__merged_accounts') }} as merged
        on payments.patient_id = merged.merged_patient_id
)

-- By the clinic's own basis every payment has one date. A clinic that changes its generation between deposit and
-- posting keeps the deposit date, so that no payment is counted twice or not at all.
select
    located.billing_payment_id,
    located.emr_payment_id,
    located.current_patient_id as patient_id,
    located.location_id,
    located.deposit_on,
    located.posting_on,
    case when rules.date_basis = 'deposit' then located.deposit_on else located.posting_on end as clinic_on,
    case when rules.date_basis = 'deposit' then located.posting_on else located.deposit_on end as other_on,
    located.is_integration,
    {{ charge_type_key('located.charge_type') }} as charge_type_key,
    located.amount,
    {{ equality_key(
        'located.current_patient_id', 'located.location_id', charge_type_key('located.charge_type'), 'located.amount',
        'located.deposit_on'
    ) }} as equality_key,
    located.loaded_on,
    located.load_id,
    located.file_hash,
    located.row_number
from located
left join {{ ref('int_balancing__clinic_rules') }} as rules
    on
        located.emr_location_id = rules.emr_location_id
        and located.deposit_on >= rules.effective_from
        and (located.deposit_on < rules.effective_until or rules.effective_until is null)
