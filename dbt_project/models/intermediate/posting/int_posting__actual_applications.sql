select
    payments.receipt_id,
    payments.claim_id,
    payments.line_number,
    payments.posting_on as posted_on,
    {{ sum_or_zero('payments.amount') }} as amount
from {{ ref('stg_billing__payments') }} as payments
inner join {{ ref('int_posting__inputs_receipts') }} as receipts
    on payments.receipt_id = receipts.receipt_id
where
    payments.entry_type <> 'adjustment'
    and payments.posting_on <= {{ as_of() }}
group by payments.receipt_id, payments.claim_id, payments.line_number, payments.posting_on
