select
    reversal_of_receipt_id as receipt_id,
    receipt_id as negative_receipt_id,
    event_on as reversed_on,
    entry_number
from {{ ref('int_posting__events') }}
where
    event = 'negative_receipt'
    and entry_number > 0

union all

-- The posting rules place patients' receipts only; what people do to the others is carried out as entered, until
-- billing delivers a reversal of its own: the same check bounces once.
select
    entries.receipt_id,
    entries.receipt_id || '-R' as negative_receipt_id,
    min(entries.entered_on) as reversed_on,
    min(entries.entry_number) as entry_number
from {{ ref('int_receipts__entries') }} as entries
inner join {{ ref('stg_billing__receipts') }} as receipts
    on entries.receipt_id = receipts.receipt_id
where
    entries.action = 'reverse'
    and receipts.payer_class <> 'Patient'
    and receipts.reversal_of_receipt_id is null
    and cast(receipts.received_at as date) <= entries.entered_on
    and not exists (
        select 1
        from {{ ref('stg_billing__receipts') }} as reversals
        where
            reversals.reversal_of_receipt_id = entries.receipt_id
            and cast(reversals.received_at as date) <= {{ as_of() }}
    )
group by entries.receipt_id
