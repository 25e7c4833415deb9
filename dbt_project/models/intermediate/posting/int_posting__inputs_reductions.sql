with reductions as (
    select
        claim_id,
        line_number,
        posting_on as effective_on,
        amount
    from {{ ref('stg_billing__payments') }}
    where
        entry_type in ('insurance_payment', 'adjustment')
        and posting_on <= {{ as_of() }}

    union all

    select
        claim_id,
        line_number,
        effective_on,
        amount
    from {{ ref('int_posting__remittance_reductions') }}
)

select
    reductions.claim_id,
    reductions.line_number,
    reductions.effective_on,
    {{ sum_or_zero('reductions.amount') }} as amount
from reductions
inner join {{ ref('int_posting__inputs_claim_lines') }} as claim_lines
    on
        reductions.claim_id = claim_lines.claim_id
        and reductions.line_number = claim_lines.line_number
group by reductions.claim_id, reductions.line_number, reductions.effective_on
