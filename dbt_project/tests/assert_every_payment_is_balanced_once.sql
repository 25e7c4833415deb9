-- The balancing mart keeps every payment that either side holds: on each basis and in each kind of window nothing is
-- dropped or counted twice on the way in.
with mart as (
    select
        date_basis,
        window_kind,
        {{ sum_or_zero('emr_amount') }} as emr_amount,
        cast(sum(emr_payment_count) as bigint) as emr_payment_count,
        {{ sum_or_zero('full_access_amount') }} as billing_amount,
        cast(sum(billing_payment_count + staff_payment_count) as bigint) as billing_payment_count
    from {{ ref('payment_balancing') }}
    group by date_basis, window_kind
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
        bases.date_basis,
        {{ sum_or_zero('payments.amount') }} as amount,
        count(*) filter (where payments.amount <> 0) as payment_count
    from {{ ref('int_balancing__billing_payments') }} as payments
    cross join (
        select unnest(['clinic', 'deposit', 'posting']) as date_basis
    ) as bases
    where
        case bases.date_basis
            when 'deposit' then payments.deposit_on
            when 'posting' then payments.posting_on
            else payments.clinic_on
        end <= {{ as_of() }}
    group by bases.date_basis
)

select
    mart.date_basis,
    mart.window_kind,
    mart.emr_amount,
    emr.amount as paid_amount,
    mart.billing_amount,
    billing.amount as posted_amount
from mart
cross join emr
left join billing
    on mart.date_basis = billing.date_basis
where
    mart.emr_amount <> emr.amount
    or mart.emr_payment_count <> emr.payment_count
    or mart.billing_amount <> coalesce(billing.amount, 0)
    or mart.billing_payment_count <> coalesce(billing.payment_count, 0)
