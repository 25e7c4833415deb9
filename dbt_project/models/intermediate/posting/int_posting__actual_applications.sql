select
    entries.receipt_id,
    entries.claim_id,
    entries.line_number,
    entries.entry_on as posted_on,
    {{ sum_or_zero('entries.amount') }} as amount
from {{ ref('int_escrow__entries') }} as entries
inner join {{ ref('int_posting__inputs_receipts') }} as receipts
    on entries.receipt_id = receipts.receipt_id
where entries.entry_kind = 'applied'
group by entries.receipt_id, entries.claim_id, entries.line_number, entries.entry_on
