{{ config(materialized='table') }}

-- Most nights nearly all payments of both sides are equal in everything, as many here as there. Counting by key finds
-- them in one pass; the passes after this one look only at the payments of the other keys.
with payments as (
    select
        equality_key,
        hash(emr_payment_id) as emr_payment,
        null as billing_payment,
        null as named_payment
    from {{ ref('int_balancing__emr_payments') }}
    where is_paid

    union all

    select
        equality_key,
        null as emr_payment,
        1 as billing_payment,
        case when emr_payment_id is not null then hash(emr_payment_id) end as named_payment
    from {{ ref('int_balancing__billing_payments') }}
    where is_integration and deposit_on = posting_on
),

-- Settled is a key with as many payments here as there, where no row names a payment, or each names another one of the
-- key (then their hashes cancel out), or only one does.
unsettled as (
    select equality_key
    from payments
    group by equality_key
    having
        count(emr_payment) <> count(billing_payment)
        or not (
            count(named_payment) = 0
            or (
                count(named_payment) = count(emr_payment)
                and bit_xor(emr_payment) = bit_xor(named_payment)
            )
            or (
                count(named_payment) = 1
                and max(named_payment) in (min(emr_payment), max(emr_payment))
            )
        )
),

-- A payment that is named by a row of another key is not settled by an equal one that names nobody.
named_elsewhere as (
    select emr_payment_id
    from {{ ref('int_balancing__billing_payments') }}
    where
        emr_payment_id is not null
        and (
            not is_integration
            or deposit_on <> posting_on
            or equality_key in (select unsettled.equality_key from unsettled)
        )
)

select equality_key
from unsettled

union

select equality_key
from {{ ref('int_balancing__emr_payments') }}
where
    is_paid
    and emr_payment_id in (select named_elsewhere.emr_payment_id from named_elsewhere)
