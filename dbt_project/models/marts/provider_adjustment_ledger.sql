with movements as (
    select
        *,
        sum(coalesce(amount, 0)) over (
            partition by item_key
            order by remittance_order
            range between unbounded preceding and current row
        ) as balance_then
    from {{ ref('int_era__provider_adjustments') }}
    where is_counted
),

settled as (
    select
        item_key,
        max(remittance_order) as settled_order
    from movements
    where balance_then = 0
    group by item_key
),

interest as (
    select
        payer_key || '|interest|' || remittance_key as item_key,
        payer_key,
        remittance_key,
        min(payment_on) as payment_on,
        {{ sum_or_zero('interest_amount') }} as stated_amount,
        min_by(file_hash, row_number) as file_hash,
        min(row_number) as row_number,
        min_by(load_id, row_number) as load_id
    from {{ ref('int_era__claim_payments') }}
    where is_counted
    group by payer_key, remittance_key
    having sum(interest_amount) <> 0
),

items as (
    select
        movements.item_key,
        min(movements.payer_key) as payer_key,
        min(movements.ledger_kind) as ledger_kind,
        min(movements.reason_code) as reason_code,
        min(movements.reason_label) as reason_label,
        min(movements.reference) as reference,
        case when min(movements.claim_id) = max(movements.claim_id) then min(movements.claim_id) end as claim_id,
        max(movements.claim_count) as claim_count,
        min(movements.payment_on) as first_on,
        max(movements.payment_on) as last_on,
        coalesce(
            min(movements.payment_on) filter (
                where movements.remittance_order > coalesce(settled.settled_order, 0)
            ),
            max(movements.payment_on)
        ) as opened_on,
        count(*) as movement_count,
        count(distinct movements.remittance_key) as remittance_count,
        {{ sum_or_zero('-movements.amount', 'movements.amount < 0') }} as given_amount,
        {{ sum_or_zero('movements.amount', 'movements.amount > 0') }} as taken_amount,
        {{ sum_or_zero('movements.amount') }} as balance_amount,
        count(*) - count(movements.amount) as absent_count,
        max_by(movements.file_hash, (movements.remittance_order, movements.row_number)) as file_hash,
        max_by(movements.row_number, (movements.remittance_order, movements.row_number)) as row_number,
        max_by(movements.load_id, (movements.remittance_order, movements.row_number)) as load_id
    from movements
    left join settled
        on movements.item_key = settled.item_key
    group by movements.item_key
),

-- Interest that claims state and no adjustment pays is an item as well.
with_interest as (
    select
        coalesce(items.item_key, interest.item_key) as item_key,
        coalesce(items.payer_key, interest.payer_key) as payer_key,
        coalesce(items.ledger_kind, 'interest') as ledger_kind,
        coalesce(items.reason_code, 'L6') as reason_code,
        items.reason_label,
        items.reference,
        items.claim_id,
        coalesce(items.claim_count, 0) as claim_count,
        coalesce(items.first_on, interest.payment_on) as first_on,
        coalesce(items.last_on, interest.payment_on) as last_on,
        coalesce(items.opened_on, interest.payment_on) as opened_on,
        coalesce(items.movement_count, 0) as movement_count,
        coalesce(items.remittance_count, 1) as remittance_count,
        coalesce(items.given_amount, 0) as given_amount,
        coalesce(items.taken_amount, 0) as taken_amount,
        coalesce(items.balance_amount, 0) as balance_amount,
        coalesce(items.absent_count, 0) as absent_count,
        case
            when coalesce(items.ledger_kind, 'interest') = 'interest' and coalesce(items.reason_code, 'L6') = 'L6'
                then coalesce(interest.stated_amount, 0)
        end as stated_interest_amount,
        coalesce(items.file_hash, interest.file_hash) as file_hash,
        coalesce(items.row_number, interest.row_number) as row_number,
        coalesce(items.load_id, interest.load_id) as load_id
    from items
    full join interest
        on items.item_key = interest.item_key
),

judged as (
    select
        *,
        case
            when absent_count > 0 then 'amount_absent'
            when stated_interest_amount is not null
                then case when balance_amount = -stated_interest_amount then 'paid' else 'interest_differs' end
            when ledger_kind in ('forward_balance', 'overpayment_recovery') and balance_amount < 0
                then 'open'
            when ledger_kind in ('forward_balance', 'overpayment_recovery') and balance_amount = 0
                then 'settled'
            when ledger_kind = 'forward_balance' then 'applied_without_origin'
            when claim_count > 0 then 'explained_by_claim'
            when ledger_kind in ('overpayment_recovery', 'adjustment', 'other', 'unknown')
                then 'unexplained'
            else 'explained_by_reason'
        end as item_status
    from with_interest
)

select
    item_key,
    payer_key,
    ledger_kind,
    reason_code,
    reason_label,
    reference,
    claim_id,
    claim_count,
    first_on,
    last_on,
    movement_count,
    remittance_count,
    {{ money('given_amount') }} as given_amount,
    {{ money('taken_amount') }} as taken_amount,
    {{ money('balance_amount') }} as balance_amount,
    {{ money("case when item_status = 'open' then -balance_amount else 0 end") }} as still_to_come_amount,
    stated_interest_amount,
    item_status,
    item_status not in ('unexplained', 'applied_without_origin', 'interest_differs', 'amount_absent')
        as is_explained,
    case when item_status = 'open' then opened_on end as open_since_on,
    case when item_status = 'open' then {{ days_between('opened_on', as_of()) }} end as age_days,
    case
        when item_status <> 'open' then null
        when {{ days_between('opened_on', as_of()) }} <= 30 then '0-30'
        when {{ days_between('opened_on', as_of()) }} <= 60 then '31-60'
        when {{ days_between('opened_on', as_of()) }} <= 90 then '61-90'
        else 'over 90'
    end as age_bucket,
    file_hash,
    row_number,
    load_id
from judged
