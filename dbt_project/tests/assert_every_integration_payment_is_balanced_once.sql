-- The balancing mart keeps every payment that either side holds: nothing is dropped or counted twice on the way in.
with mart as (
    select
        {{ sum_or_zero('emr_amount') }} as emr_amount,
        cast(coalesce(sum(emr_payment_count), 0) as bigint) as emr_payment_count,
        {{ sum_or_zero('billing_amount') }} as billing_amount,
        cast(coalesce(sum(billing_payment_count), 0) as bigint) as billing_payment_count
    from {{ ref('payment_balancing') }}
),

emr as (
    select
        {{ sum_or_zero('paid_amount') }} as amount,
        count(*) as payment_count
    from {{ ref('stg_emr__payments') }}
    where
        payment_status = 'Paid'
        and transaction_on <= {{ as_of() }}
),

billing as (
    select
        {{ sum_or_zero('amount') }} as amount,
        count(*) as payment_count
    from {{ ref('int_balancing__billing_payments') }}
)

select
    mart.emr_amount,
    emr.amount as paid_amount,
    mart.billing_amount,
    billing.amount as integration_amount
from mart
cross join emr
cross join billing
where
    mart.emr_amount <> emr.amount
    or mart.emr_payment_count <> emr.payment_count
    or mart.billing_amount <> billing.amount
    or mart.billing_payment_count <> billing.payment_count
