with billed as (
    select
        *,
        cast(received_at as date) as received_on
    from {{ ref('stg_billing__receipts') }}
    where cast(received_at as date) <= {{ as_of() }}
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
    billed.received_on,
    billed.deposit_on,
    billed.posting_on,
    billed.reference_batch_id,
    billed.reference_batch_on,
    billed.amount,
    case when reversals.receipt_id is not null then 'Reversed' else billed.receipt_status end as receipt_status,
    billed.hold_until,
    billed.reversal_of_receipt_id,
    billed.file_hash,
    billed.row_number,
    billed.load_id
from billed
left join {{ ref('int_escrow__reversals') }} as reversals
    on billed.receipt_id = reversals.receipt_id

union all

-- The negative receipt leads back to the row of the receipt that it cancels: the journal is no file.
select
    reversals.negative_receipt_id as receipt_id,
    billed.patient_id,
    billed.payer_class,
    billed.payer_id,
    billed.receipt_type,
    billed.payment_method,
    billed.check_number,
    billed.receipt_source,
    billed.location_id,
    billed.appointment_id,
    cast(reversals.reversed_on as timestamp) as received_at,
    reversals.reversed_on as received_on,
    cast(null as date) as deposit_on,
    reversals.reversed_on as posting_on,
    null as reference_batch_id,
    cast(null as date) as reference_batch_on,
    {{ money('-billed.amount') }} as amount,
    'Reversed' as receipt_status,
    cast(null as date) as hold_until,
    billed.receipt_id as reversal_of_receipt_id,
    billed.file_hash,
    billed.row_number,
    billed.load_id
from {{ ref('int_escrow__reversals') }} as reversals
inner join billed
    on reversals.receipt_id = billed.receipt_id
