-- What a receipt brought and every day on which money left it or came back, in one list.
with changes as (
    select
        receipt_id,
        received_on as changed_on,
        amount as received_amount,
        {{ money('0') }} as applied_amount,
        {{ money('0') }} as disbursed_amount,
        {{ money('0') }} as refunded_amount
    from {{ ref('receipts') }}

    union all

    select
        receipt_id,
        entry_on as changed_on,
        {{ money('0') }} as received_amount,
        {{ sum_or_zero('amount', "entry_kind = 'applied'") }} as applied_amount,
        {{ sum_or_zero('amount', "entry_kind = 'disbursed'") }} as disbursed_amount,
        {{ sum_or_zero('amount', "entry_kind = 'refunded'") }} as refunded_amount
    from {{ ref('int_escrow__entries') }}
    group by receipt_id, entry_on
),

days as (
    select
        receipt_id,
        changed_on,
        {{ sum_or_zero('received_amount') }} as received_amount,
        {{ sum_or_zero('applied_amount') }} as applied_amount,
        {{ sum_or_zero('disbursed_amount') }} as disbursed_amount,
        {{ sum_or_zero('refunded_amount') }} as refunded_amount
    from changes
    group by receipt_id, changed_on
),

closed as (
    select
        *,
        received_amount - applied_amount - disbursed_amount - refunded_amount as net_amount,
        sum(received_amount - applied_amount - disbursed_amount - refunded_amount) over (
            partition by receipt_id
            order by changed_on
            rows between unbounded preceding and current row
        ) as closing_amount,
        lead(changed_on) over (partition by receipt_id order by changed_on) as next_on
    from days
),

aged as (
    select
        closed.*,
        receipts.patient_id,
        receipts.location_id,
        receipts.payer_class,
        receipts.received_on,
        receipts.days_in_escrow,
        receipts.file_hash,
        receipts.row_number,
        receipts.load_id
    from closed
    -- Money of an unknown receipt is in no escrow: it is an exception.
    inner join {{ ref('receipts') }} as receipts
        on closed.receipt_id = receipts.receipt_id
)

select
    receipt_id,
    changed_on as valid_from_on,
    coalesce(cast(next_on - interval '1' day as date), date '9999-12-31') as valid_to_on,
    next_on is null as is_current,
    patient_id,
    location_id,
    payer_class,
    received_on,
    {{ money('closing_amount - net_amount') }} as opening_amount,
    received_amount,
    applied_amount,
    disbursed_amount,
    refunded_amount,
    {{ money('closing_amount') }} as closing_amount,
    case when next_on is null then days_in_escrow end as age_days,
    case
        when next_on is not null or days_in_escrow is null then null
        when days_in_escrow <= 30 then '0-30'
        when days_in_escrow <= 60 then '31-60'
        when days_in_escrow <= 90 then '61-90'
        when days_in_escrow <= 120 then '91-120'
        else 'over 120'
    end as age_bucket,
    file_hash,
    row_number,
    load_id
from aged
