with taken_over as (
    select
        billing_receipt_id,
        min_by(receipt_id, entry_number) as receipt_id,
        min(entry_number) as entry_number
    from {{ ref('int_receipts__entered') }}
    where billing_receipt_id is not null
    group by billing_receipt_id
)

select
    billed.receipt_id,
    billed.patient_id,
    billed.payer_class,
    billed.payer_id,
    billed.receipt_type,
    billed.payment_method,
    billed.check_number,
    billed.receipt_source,
    billed.location_id,
    billed.appointment_id,
    billed.received_at,
    cast(billed.received_at as date) as received_on,
    billed.deposit_on,
    billed.posting_on,
    billed.reference_batch_id,
    billed.reference_batch_on,
    billed.amount,
    billed.receipt_status,
    billed.hold_until,
    billed.reversal_of_receipt_id,
    taken_over.receipt_id as entered_as,
    taken_over.entry_number,
    billed.file_hash,
    billed.row_number,
    billed.load_id
from {{ ref('stg_billing__receipts') }} as billed
left join taken_over
    on billed.receipt_id = taken_over.billing_receipt_id
where cast(billed.received_at as date) <= {{ as_of() }}

union all

-- The journal is no file: what was entered there has no row to lead back to, but its entry.
select
    receipt_id,
    patient_id,
    'Patient' as payer_class,
    null as payer_id,
    receipt_type,
    payment_method,
    check_number,
    'Journal' as receipt_source,
    location_id,
    null as appointment_id,
    cast(received_on as timestamp) as received_at,
    received_on,
    cast(null as date) as deposit_on,
    entered_on as posting_on,
    null as reference_batch_id,
    cast(null as date) as reference_batch_on,
    amount,
    'New' as receipt_status,
    cast(null as date) as hold_until,
    null as reversal_of_receipt_id,
    receipt_id as entered_as,
    entry_number,
    null as file_hash,
    cast(null as bigint) as row_number,
    null as load_id
from {{ ref('int_receipts__entered') }}
where billing_receipt_id is null
