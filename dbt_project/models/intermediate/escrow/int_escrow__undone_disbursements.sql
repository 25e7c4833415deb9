-- A negative disbursement undoes the latest one of its receipt, code and amount that still stands, as brackets close.
-- The depth of a bracket is how many stand once it is opened, or before it is closed; within a depth they alternate.
with counted as (
    select
        disbursement_id,
        receipt_id,
        disbursement_code,
        disbursed_on,
        amount,
        abs(amount) as size_amount,
        sum(sign(amount)) over (
            partition by receipt_id, disbursement_code, abs(amount)
            order by disbursed_on asc, sign(amount) desc, disbursement_id asc
            rows between unbounded preceding and current row
        ) as standing_count
    from {{ ref('stg_billing__disbursements') }}
    where
        disbursed_on <= {{ as_of() }}
        and amount <> 0
),

paired as (
    select
        disbursement_id,
        amount,
        lag(disbursement_id) over same_depth as previous_disbursement_id,
        lag(amount) over same_depth as previous_amount
    from counted
    window
        same_depth as (
            partition by
                receipt_id,
                disbursement_code,
                size_amount,
                case when amount > 0 then standing_count else standing_count + 1 end
            order by disbursed_on asc, sign(amount) desc, disbursement_id asc
        )
)

select
    disbursement_id,
    previous_disbursement_id as undoes_disbursement_id
from paired
where
    amount < 0
    and previous_amount > 0
