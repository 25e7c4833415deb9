{{ config(materialized='table') }}

-- Equal payments of one day are told apart by their rank alone, so two of them pair with two.
with open_emr as (
    {{ still_unpaired(
        ref('int_balancing__open_emr_payments'), 'emr_payment_id', [ref('int_balancing__identified_pairs')],
        'candidates.is_paid'
    ) | indent(4) }}
),

-- A payment that names another EMR payment is not that of anyone else.
open_billing as (
    select *
    from {{ ref('int_balancing__open_billing_payments') }}
    where
        is_integration
        and emr_payment_id is null
        and deposit_on = posting_on
),

emr_ranked as (
    select
        emr_payment_id,
        patient_id,
        location_id,
        charge_type_key,
        amount,
        transaction_on,
        row_number() over (
            partition by patient_id, location_id, charge_type_key, amount, transaction_on
            order by flow_rank, emr_payment_id
        ) as payment_rank
    from open_emr
),

billing_ranked as (
    select
        billing_payment_id,
        patient_id,
        location_id,
        charge_type_key,
        amount,
        deposit_on as transaction_on,
        row_number() over (
            partition by patient_id, location_id, charge_type_key, amount, deposit_on
            order by billing_payment_id
        ) as payment_rank
    from open_billing
)

select
    emr_ranked.emr_payment_id,
    billing_ranked.billing_payment_id
from emr_ranked
inner join billing_ranked
    using (patient_id, location_id, charge_type_key, amount, transaction_on, payment_rank)
