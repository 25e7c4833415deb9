select
    entries.entry_id as payment_id,
    entries.receipt_id,
    coalesce(receipts.patient_id, claims.patient_id) as patient_id,
    entries.claim_id,
    entries.line_number,
    entries.entry_on as posting_on,
    entries.reference_on as reference_batch_on,
    entries.amount,
    entries.amount < 0 as is_reversal,
    receipts.receipt_type,
    receipts.payment_method,
    receipts.received_on,
    receipts.deposit_on,
    receipts.location_id,
    entries.made_by,
    entries.file_hash,
    entries.row_number,
    entries.load_id
from {{ ref('int_escrow__entries') }} as entries
left join {{ ref('receipts') }} as receipts
    on entries.receipt_id = receipts.receipt_id
left join {{ ref('stg_billing__claims') }} as claims
    on entries.claim_id = claims.claim_id
where
    entries.entry_kind = 'applied'
    and entries.entry_type = 'patient_payment'
