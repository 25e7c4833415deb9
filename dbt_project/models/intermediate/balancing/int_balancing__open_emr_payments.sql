{{ config(materialized='table') }}

select
    emr_payment_id,
    patient_id,
    location_id,
    transaction_on,
    charge_type_key,
    is_paid,
    amount,
    flow,
    flow_rank,
    feed_status,
    feed_reason,
    change_kind,
    closed_amount,
    changed_on,
    period_end_on,
    file_hash,
    row_number
from {{ ref('int_balancing__emr_payments') }}
where
    not is_paid
    or equality_key in (
        select unsettled.equality_key from {{ ref('int_balancing__unsettled_keys') }} as unsettled
    )
