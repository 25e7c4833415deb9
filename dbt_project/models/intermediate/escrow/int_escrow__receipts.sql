select
    received.receipt_id,
    received.patient_id,
    received.payer_class,
    received.payer_id,
    received.receipt_type,
    received.payment_method,
    received.check_number,
    received.receipt_source,
    received.location_id,
    received.appointment_id,
    received.received_at,
    received.received_on,
    received.deposit_on,
    received.posting_on,
    received.reference_batch_id,
    received.reference_batch_on,
    received.amount,
    case when reversals.receipt_id is not null then 'Reversed' else received.receipt_status end as receipt_status,
    received.hold_until,
    received.reversal_of_receipt_id,
    received.entered_as,
    received.entry_number,
    received.file_hash,
    received.row_number,
    received.load_id
from {{ ref('int_receipts__received') }} as received
left join {{ ref('int_escrow__reversals') }} as reversals
    on received.receipt_id = reversals.receipt_id

union all

-- The negative receipt leads back to the row of the receipt that it cancels: the journal is no file.
select
    reversals.negative_receipt_id as receipt_id,
    received.patient_id,
    received.payer_class,
    received.payer_id,
    received.receipt_type,
    received.payment_method,
    received.check_number,
    received.receipt_source,
    received.location_id,
    received.appointment_id,
    cast(reversals.reversed_on as timestamp) as received_at,
    reversals.reversed_on as received_on,
    cast(null as date) as deposit_on,
    reversals.reversed_on as posting_on,
    null as reference_batch_id,
    cast(null as date) as reference_batch_on,
    {{ money('-received.amount') }} as amount,
    'Reversed' as receipt_status,
    cast(null as date) as hold_until,
    received.receipt_id as reversal_of_receipt_id,
    null as entered_as,
    reversals.entry_number,
    received.file_hash,
    received.row_number,
    received.load_id
from {{ ref('int_escrow__reversals') }} as reversals
inner join {{ ref('int_receipts__received') }} as received
    on reversals.receipt_id = received.receipt_id
