-- What was charged and given back on cards by the books, beside what the processor settled. A receipt that is edited
-- later is settled in two days, so a day alone may differ; what is open is what all days up to it come to.
with card_receipts as (
    select
        receipts.receipt_id,
        receipts.location_id,
        receipts.reversal_of_receipt_id,
        receipts.amount,
        coalesce(receipts.deposit_on, receipts.received_on) as carded_on,
        receipts.deposit_on
    from {{ ref('int_escrow__receipts') }} as receipts
    where
        receipts.payer_class = 'Patient'
        and {{ is_card_payment('receipts.payment_method') }}
),

-- What was given back counts only where the payment itself got to the processor.
charged as (
    select
        card_receipts.location_id,
        card_receipts.carded_on,
        card_receipts.amount
    from card_receipts
    left join card_receipts as originals
        on card_receipts.reversal_of_receipt_id = originals.receipt_id
    where
        card_receipts.carded_on <= {{ as_of() }}
        and coalesce(originals.deposit_on, card_receipts.deposit_on) is not null
),

settled as (
    select
        location_id,
        settled_on,
        {{ sum_or_zero('gross_amount') }} as gross_amount
    from {{ ref('stg_bank__card_settlements') }}
    where settled_on <= {{ as_of() }}
    group by location_id, settled_on
),

by_day as (
    select
        location_id,
        carded_on,
        {{ sum_or_zero('amount') }} as receipts_amount
    from charged
    group by location_id, carded_on
),

-- Cards of a day without a settlement are expected at the bank on their own (int_deposits__expected).
compared as (
    select
        settled.location_id,
        settled.settled_on,
        settled.gross_amount,
        coalesce(by_day.receipts_amount, 0) as receipts_amount
    from settled
    left join by_day
        on
            settled.location_id = by_day.location_id
            and settled.settled_on = by_day.carded_on
)

select
    location_id,
    settled_on,
    gross_amount,
    {{ money('receipts_amount') }} as receipts_amount,
    {{ money('gross_amount - receipts_amount') }} as difference_amount,
    {{ money('sum(gross_amount - receipts_amount) over (partition by location_id order by settled_on)') }} as open_amount
from compared
