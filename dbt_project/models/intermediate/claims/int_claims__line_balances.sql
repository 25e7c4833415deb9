-- A line counts from the creation of its claim until the claim or the line is voided.
with open_claims as (
    select claim_id
    from {{ ref('stg_billing__claims') }}
    where
        created_on <= {{ as_of() }}
        and (voided_on is null or voided_on > {{ as_of() }})
),

-- Payments are those of the book, so that what people took back in the journal is owed again.
posted as (
    select
        claim_id,
        line_number,
        entry_type,
        amount
    from {{ ref('int_escrow__entries') }}
    where entry_kind = 'applied'

    union all

    select
        claim_id,
        line_number,
        entry_type,
        amount
    from {{ ref('stg_billing__payments') }}
    where
        entry_type = 'adjustment'
        and posting_on <= {{ as_of() }}
),

postings as (
    select
        claim_id,
        line_number,
        {{ sum_or_zero('amount', "entry_type = 'insurance_payment'") }} as insurance_paid_amount,
        {{ sum_or_zero('amount', "entry_type = 'adjustment'") }} as adjustment_amount,
        {{ sum_or_zero('amount', "entry_type = 'patient_payment'") }} as patient_paid_amount
    from posted
    group by claim_id, line_number
)

select
    claim_lines.claim_id,
    claim_lines.line_number,
    claim_lines.charge_amount,
    {{ money('coalesce(postings.insurance_paid_amount, 0)') }} as insurance_paid_amount,
    {{ money('coalesce(postings.adjustment_amount, 0)') }} as adjustment_amount,
    {{ money('coalesce(postings.patient_paid_amount, 0)') }} as patient_paid_amount
from {{ ref('stg_billing__claim_lines') }} as claim_lines
inner join open_claims
    on claim_lines.claim_id = open_claims.claim_id
left join postings
    on
        claim_lines.claim_id = postings.claim_id
        and claim_lines.line_number = postings.line_number
where
    claim_lines.voided_on is null
    or claim_lines.voided_on > {{ as_of() }}
