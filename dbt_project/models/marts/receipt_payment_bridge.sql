-- Two totals and, under each, every row that makes it. The items come from the entries one by one, the total of
-- payments from the movements of the roll-forward, so that a remainder can show.
with receipt_side as (
    select
        date_basis,
        receipt_month_on as period_start_on,
        location_id,
        payer_class,
        'receipts' as side,
        case flow
            when 'received' then 'receipts_of_period'
            when 'collections_payment' then 'collections_payments'
            when 'reversed_encounter' then 'reversed_encounters'
            when 'payment'
                then case
                    when entry_month_on = receipt_month_on then 'payments_in_period'
                    when entry_month_on > receipt_month_on then 'payments_later'
                    else 'payments_earlier'
                end
            else flow
        end as item,
        item_count,
        amount
    from {{ ref('int_bridge__flows') }}
),

payment_side as (
    select
        date_basis,
        entry_month_on as period_start_on,
        location_id,
        payer_class,
        'payments' as side,
        case
            when flow = 'collections_payment' then 'collections_payments'
            when flow = 'reversed_encounter' then 'reversed_encounters'
            when receipt_month_on = entry_month_on then 'from_receipts_of_period'
            when receipt_month_on < entry_month_on then 'from_earlier_receipts'
            else 'from_later_receipts'
        end as item,
        item_count,
        amount
    from {{ ref('int_bridge__flows') }}
    where flow in ('payment', 'collections_payment', 'reversed_encounter')
),

payment_totals as (
    select
        date_basis,
        {{ month_start('moved_on') }} as period_start_on,
        location_id,
        payer_class,
        'payments' as side,
        'payments_of_period' as item,
        cast(0 as bigint) as item_count,
        {{ sum_or_zero('applied_amount') }} as amount
    from {{ ref('int_escrow__movements') }}
    group by date_basis, {{ month_start('moved_on') }}, location_id, payer_class
),

items as (
    select
        date_basis,
        period_start_on,
        location_id,
        payer_class,
        side,
        item,
        item in ('receipts_of_period', 'payments_of_period') as is_total,
        cast(sum(item_count) as bigint) as item_count,
        {{ sum_or_zero('amount') }} as amount
    from (
        select * from receipt_side
        union all
        select * from payment_side
        union all
        select * from payment_totals
    ) as both_sides
    group by date_basis, period_start_on, location_id, payer_class, side, item
),

compared as (
    select
        *,
        sum(case when is_total then amount else -amount end) over same_side as remainder_amount,
        sum(item_count) filter (where not is_total) over same_side as counted
    from items
    window same_side as (partition by date_basis, period_start_on, location_id, payer_class, side)
)

select
    date_basis,
    period_start_on,
    {{ month_end('period_start_on') }} as period_end_on,
    location_id,
    payer_class,
    side,
    item,
    is_total,
    cast(case when item = 'payments_of_period' then coalesce(counted, 0) else item_count end as bigint) as item_count,
    amount,
    {{ money('remainder_amount') }} as remainder_amount
from compared
