-- What billing posted is compared with what the rules post by receipt, line and day. Where both posted on that day,
-- the two stand together; a side that stands alone still has to find its other half.
with computed as (
    select
        receipt_id,
        claim_id,
        line_number,
        posted_on,
        {{ sum_or_zero('amount') }} as amount
    from {{ ref('receipt_applications') }}
    -- Billing cannot have posted what it has not got.
    where
        receipt_id not in (
            select entered.receipt_id
            from {{ ref('int_receipts__entered') }} as entered
            where entered.billing_receipt_id is null
        )
    group by receipt_id, claim_id, line_number, posted_on
),

sides as (
    select
        coalesce(computed.receipt_id, actual.receipt_id) as receipt_id,
        coalesce(computed.claim_id, actual.claim_id) as claim_id,
        coalesce(computed.line_number, actual.line_number) as line_number,
        coalesce(computed.posted_on, actual.posted_on) as posted_on,
        coalesce(computed.amount, 0) as computed_amount,
        coalesce(actual.amount, 0) as actual_amount
    from computed
    full join {{ ref('int_posting__actual_applications') }} as actual
        on
            computed.receipt_id = actual.receipt_id
            and computed.claim_id = actual.claim_id
            and computed.line_number = actual.line_number
            and computed.posted_on = actual.posted_on
)

select
    sides.receipt_id,
    sides.claim_id,
    sides.line_number,
    sides.posted_on,
    sides.computed_amount,
    sides.actual_amount,
    case
        when sides.computed_amount <> 0 and sides.actual_amount <> 0 then 'both'
        when sides.computed_amount <> 0 then 'computed'
        else 'actual'
    end as side
from sides
where
    sides.computed_amount <> sides.actual_amount
    -- Where the computed applications are the book there is nothing to compare them with.
    and not exists (
        select 1
        from {{ ref('stg_practice__company_settings') }} as settings
        where
            settings.setting_name = 'book'
            and settings.setting_value = 'computed'
            and settings.effective_until is null
    )
