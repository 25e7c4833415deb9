-- Only the few lines that are in credit are followed day by day.
with credit_lines as (
    select
        claims.patient_id,
        claims.created_on,
        line_balances.claim_id,
        line_balances.line_number,
        line_balances.charge_amount,
        line_balances.insurance_paid_amount + line_balances.adjustment_amount + line_balances.patient_paid_amount
        - line_balances.charge_amount as credit_amount
    from {{ ref('int_claims__line_balances') }} as line_balances
    inner join {{ ref('stg_billing__claims') }} as claims
        on line_balances.claim_id = claims.claim_id
    where
        line_balances.insurance_paid_amount + line_balances.adjustment_amount + line_balances.patient_paid_amount
        > line_balances.charge_amount
),

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
    where
        entry_type = 'adjustment'
        and posting_on <= {{ as_of() }}
),

changes as (
    select
        claim_id,
        line_number,
        created_on as changed_on,
        charge_amount as amount
    from credit_lines

    union all

    select
        posted.claim_id,
        posted.line_number,
        posted.posted_on as changed_on,
        -posted.amount as amount
    from posted
    inner join credit_lines
        on
            posted.claim_id = credit_lines.claim_id
            and posted.line_number = credit_lines.line_number
),

balances as (
    select
        claim_id,
        line_number,
        changed_on,
        sum(sum(amount)) over (partition by claim_id, line_number order by changed_on) as balance_amount
    from changes
    group by claim_id, line_number, changed_on
),

last_owed as (
    select
        claim_id,
        line_number,
        max(changed_on) filter (where balance_amount >= 0) as last_owed_on
    from balances
    group by claim_id, line_number
),

begun as (
    select
        balances.claim_id,
        balances.line_number,
        min(balances.changed_on) as credit_since_on
    from balances
    inner join last_owed
        on
            balances.claim_id = last_owed.claim_id
            and balances.line_number = last_owed.line_number
    where
        last_owed.last_owed_on is null
        or balances.changed_on > last_owed.last_owed_on
    group by balances.claim_id, balances.line_number
)

select
    credit_lines.claim_id,
    credit_lines.line_number,
    credit_lines.patient_id,
    {{ money('credit_lines.credit_amount') }} as credit_amount,
    begun.credit_since_on
from credit_lines
inner join begun
    on
        credit_lines.claim_id = begun.claim_id
        and credit_lines.line_number = begun.line_number
