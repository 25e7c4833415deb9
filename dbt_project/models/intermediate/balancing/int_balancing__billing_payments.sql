with integration_payments as (
    select
        payments.billing_payment_id,
        payments.billing_location_id,
        payments.deposit_on,
        payments.posting_on,
        payments.charge_type,
        payments.amount
    from {{ ref('stg_billing__patient_payments') }} as payments
    where exists (
        select 1
        from {{ ref('stg_practice__company_settings') }} as integration_users
        where
            integration_users.setting_name = 'integration_users'
            and lower(trim(integration_users.setting_value)) = lower(trim(payments.posted_by))
            and integration_users.effective_from <= payments.posting_on
            and (payments.posting_on < integration_users.effective_until or integration_users.effective_until is null)
    )
),

located as (
    select
        integration_payments.billing_payment_id,
        coalesce(places.location_id, 'unmapped:' || integration_payments.billing_location_id) as location_id,
        clinics.emr_location_id,
        integration_payments.deposit_on,
        integration_payments.posting_on,
        integration_payments.charge_type,
        integration_payments.amount
    from integration_payments
    left join {{ ref('int_practice__source_locations') }} as places
        on
            places.source_system = 'billing'
            and integration_payments.billing_location_id = places.source_location_id
    left join {{ ref('stg_practice__locations') }} as clinics
        on places.location_id = clinics.location_id
),

-- Every payment is balanced on one date. A clinic that changes its generation between deposit and posting keeps the
-- deposit date, so that no payment is counted twice or not at all.
dated as (
    select
        located.billing_payment_id,
        located.location_id,
        case when rules.date_basis = 'deposit' then located.deposit_on else located.posting_on end as balanced_on,
        located.charge_type,
        located.amount
    from located
    left join {{ ref('int_balancing__clinic_rules') }} as rules
        on
            located.emr_location_id = rules.emr_location_id
            and located.deposit_on >= rules.effective_from
            and (located.deposit_on < rules.effective_until or rules.effective_until is null)
)

select
    billing_payment_id,
    location_id,
    balanced_on,
    charge_type,
    amount
from dated
where balanced_on <= {{ as_of() }}
