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
    claims.service_on,
    claim_lines.procedure_code,
    claim_lines.charge_amount,
    {{ money(
        'balances.charge_amount - balances.insurance_paid_amount - balances.adjustment_amount'
        ~ ' - balances.patient_paid_amount'
    ) }} as line_balance_amount,
    claims.location_id as claim_location_id,
    entries.made_by,
    entries.file_hash,
    entries.row_number,
    entries.load_id
from {{ ref('int_escrow__entries') }} as entries
left join {{ ref('receipts') }} as receipts
    on entries.receipt_id = receipts.receipt_id
left join {{ ref('stg_billing__claims') }} as claims
    on entries.claim_id = claims.claim_id
left join {{ ref('stg_billing__claim_lines') }} as claim_lines
    on
        entries.claim_id = claim_lines.claim_id
        and entries.line_number = claim_lines.line_number
left join {{ ref('int_claims__line_balances') }} as balances
    on
        entries.claim_id = balances.claim_id
        and entries.line_number = balances.line_number
where
    entries.entry_kind = 'applied'
    and entries.entry_type = 'patient_payment'
