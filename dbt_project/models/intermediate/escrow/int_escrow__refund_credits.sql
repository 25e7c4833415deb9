with refund_days as (
    select distinct
        receipt_id,
        entry_on as refunded_on
    from {{ ref('int_escrow__entries') }}
    where
        entry_kind = 'refunded'
        and amount > 0
),

taken_off as (
    select
        refund_days.receipt_id,
        refund_days.refunded_on,
        entries.claim_id,
        entries.line_number,
        {{ sum_or_zero('-entries.amount') }} as taken_off_amount,
        {{ sum_or_zero('-entries.amount', 'entries.entry_on = refund_days.refunded_on') }} as taken_off_today_amount
    from refund_days
    inner join {{ ref('int_escrow__entries') }} as entries
        on
            refund_days.receipt_id = entries.receipt_id
            and refund_days.refunded_on >= entries.entry_on
    where
        entries.entry_kind = 'applied'
        and entries.amount < 0
    group by refund_days.receipt_id, refund_days.refunded_on, entries.claim_id, entries.line_number
),

-- What the line owes at the end of the day of the refund: charge less everything posted to it by then.
posted as (
    select
        claim_id,
        line_number,
        entry_on as posted_on,
        amount
    from {{ ref('int_escrow__entries') }}
    where entry_kind = 'applied'

    union all

    select
        claim_id,
        line_number,
        posting_on as posted_on,
        amount
    from {{ ref('stg_billing__payments') }}
    where entry_type = 'adjustment'
),

owing as (
    select
        taken_off.receipt_id,
        taken_off.refunded_on,
        taken_off.claim_id,
        taken_off.line_number,
        {{ money('greatest(any_value(claim_lines.charge_amount) - sum(posted.amount), 0)') }} as owed_amount
    from taken_off
    inner join {{ ref('stg_billing__claim_lines') }} as claim_lines
        on
            taken_off.claim_id = claim_lines.claim_id
            and taken_off.line_number = claim_lines.line_number
    inner join posted
        on
            taken_off.claim_id = posted.claim_id
            and taken_off.line_number = posted.line_number
            and taken_off.refunded_on >= posted.posted_on
    where taken_off.taken_off_today_amount > 0
    group by taken_off.receipt_id, taken_off.refunded_on, taken_off.claim_id, taken_off.line_number
)

select
    taken_off.receipt_id,
    taken_off.refunded_on,
    max_by(taken_off.claim_id, (taken_off.taken_off_today_amount, taken_off.claim_id, taken_off.line_number))
        as claim_id,
    max_by(taken_off.line_number, (taken_off.taken_off_today_amount, taken_off.claim_id, taken_off.line_number))
        as line_number,
    {{ sum_or_zero('taken_off.taken_off_amount') }} as taken_off_amount,
    {{ sum_or_zero('owing.owed_amount') }} as owed_amount
from taken_off
left join owing
    on
        taken_off.receipt_id = owing.receipt_id
        and taken_off.refunded_on = owing.refunded_on
        and taken_off.claim_id = owing.claim_id
        and taken_off.line_number = owing.line_number
group by taken_off.receipt_id, taken_off.refunded_on
