with received as (
    select
        *,
        cast(received_at as date) as received_on
    from {{ ref('stg_billing__receipts') }}
    where cast(received_at as date) <= {{ as_of() }}
),

used as (
    select
        receipt_id,
        {{ sum_or_zero('amount', "entry_kind = 'applied'") }} as applied_amount,
        {{ sum_or_zero('amount', "entry_kind = 'disbursed'") }} as disbursed_amount,
        {{ sum_or_zero('amount', "entry_kind = 'refunded'") }} as refunded_amount,
        {{ sum_or_zero('amount') }} as used_amount
    from {{ ref('int_escrow__entries') }}
    group by receipt_id
),

balances as (
    select
        received.*,
        coalesce(used.applied_amount, 0) as applied_amount,
        coalesce(used.disbursed_amount, 0) as disbursed_amount,
        coalesce(used.refunded_amount, 0) as refunded_amount,
        coalesce(used.used_amount, 0) as used_amount,
        received.amount - coalesce(used.used_amount, 0) as escrow_amount
    from received
    left join used
        on received.receipt_id = used.receipt_id
)

select
    receipt_id,
    patient_id,
    payer_class,
    payer_id,
    receipt_type,
    payment_method,
    check_number,
    receipt_source,
    location_id,
    appointment_id,
    received_at,
    received_on,
    deposit_on,
    posting_on,
    reference_batch_id,
    reference_batch_on,
    receipt_status,
    hold_until,
    reversal_of_receipt_id,
    amount,
    {{ money('applied_amount') }} as applied_amount,
    {{ money('disbursed_amount') }} as disbursed_amount,
    {{ money('refunded_amount') }} as refunded_amount,
    {{ money('escrow_amount') }} as escrow_amount,
    case when escrow_amount <> 0 then {{ days_between('received_on', as_of()) }} end as days_in_escrow,
    -- A negative receipt is used in the negative, down to its amount.
    used_amount < least(amount, 0) or used_amount > greatest(amount, 0) as is_over_applied,
    file_hash,
    row_number,
    load_id
from balances
