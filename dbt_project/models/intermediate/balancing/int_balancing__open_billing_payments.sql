{{ config(materialized='table') }}

select
    billing_payment_id,
    emr_payment_id,
    patient_id,
    location_id,
    deposit_on,
    posting_on,
    clinic_on,
    other_on,
    is_integration,
    charge_type_key,
    amount,
    file_hash,
    row_number
from {{ ref('int_balancing__billing_payments') }}
where
    not is_integration
    or deposit_on <> posting_on
    or equality_key in (
        select unsettled.equality_key from {{ ref('int_balancing__unsettled_keys') }} as unsettled
    )
