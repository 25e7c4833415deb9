{{ config(materialized='table') }}

-- Most nights nearly all payments of both sides are equal in everything, as many here as there. Counting by key finds
-- them in one pass; the passes after this one look only at the payments of the other keys.
with payments as (
    select
        equality_key,
        1 as surplus
    from {{ ref('int_balancing__emr_payments') }}
    where is_paid

    union all

    select
        equality_key,
        -1 as surplus
    from {{ ref('int_balancing__billing_payments') }}
    where is_integration and deposit_on = posting_on
),

uneven as (
    select equality_key
    from payments
    group by equality_key
    having sum(surplus) <> 0
),

-- A row that names a payment settles no other one: it has to be equal to the payment it names.
misnamed as (
    select
        billing.equality_key,
        emr.equality_key as named_key,
        billing.is_integration and billing.deposit_on = billing.posting_on as is_counted
    from {{ ref('int_balancing__billing_payments') }} as billing
    left join {{ ref('int_balancing__emr_payments') }} as emr
        on
            billing.emr_payment_id = emr.emr_payment_id
            and emr.is_paid
    where
        billing.emr_payment_id is not null
        and (
            not billing.is_integration
            or billing.deposit_on <> billing.posting_on
            or billing.equality_key is distinct from emr.equality_key
        )
),

-- Two rows that name one payment do not settle a second one that is equal to it.
named_twice as (
    select emr_payment_id
    from {{ ref('int_balancing__billing_payments') }}
    where emr_payment_id is not null
    group by emr_payment_id
    having count(*) > 1
)

select equality_key
from uneven

union

select equality_key
from misnamed
where is_counted

union

select named_key
from misnamed
where named_key is not null

union

select equality_key
from {{ ref('int_balancing__emr_payments') }}
where
    is_paid
    and emr_payment_id in (select named_twice.emr_payment_id from named_twice)
