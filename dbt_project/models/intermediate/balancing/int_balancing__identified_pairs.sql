{{ config(materialized='table') }}

-- An id names the payment, so there is nothing to guess: of several rows under one id, the one that agrees best is the
-- payment and the others are copies of it.
select
    billing.emr_payment_id,
    billing.billing_payment_id,
    row_number() over (
        partition by billing.emr_payment_id
        order by
            billing.is_integration desc,
            billing.amount = emr.amount desc,
            abs(date_diff('day', emr.transaction_on, billing.clinic_on)) asc,
            billing.posting_on asc, billing.deposit_on asc, billing.billing_payment_id asc
    ) = 1 as is_the_payment
from {{ ref('int_balancing__open_billing_payments') }} as billing
inner join {{ ref('int_balancing__open_emr_payments') }} as emr
    on billing.emr_payment_id = emr.emr_payment_id
