-- What was decided about a receipt that was entered here holds for the receipt of billing that took its place.
select
    entries.entry_number,
    entries.entered_on,
    entries.entered_at,
    entries.person,
    coalesce(entered.billing_receipt_id, entries.receipt_id) as receipt_id,
    entries.action,
    entries.status,
    entries.hold_until,
    entries.claim_id,
    entries.appointment_id,
    entries.amount,
    entries.disbursement_code,
    entries.disbursement_id,
    entries.undoes_entry_number,
    entries.refund_method
from {{ ref('stg_journal__receipt_entries') }} as entries
left join {{ ref('int_receipts__entered') }} as entered
    on entries.receipt_id = entered.receipt_id
where entries.action <> 'new_receipt'
