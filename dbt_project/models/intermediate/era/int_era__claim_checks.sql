with adjustments as (
    select
        file_hash,
        interchange_position,
        transaction_position,
        claim_position,
        {{ sum_or_zero('amount') }} as adjustment_amount,
        count(*) - count(amount) as absent_count
    from {{ ref('stg_era__adjustments') }}
    group by file_hash, interchange_position, transaction_position, claim_position
)

select
    claims.file_hash,
    claims.interchange_position,
    claims.transaction_position,
    claims.claim_position,
    {{ money('claims.charge_amount - coalesce(adjustments.adjustment_amount, 0)') }} as expected_amount,
    claims.paid_amount as actual_amount,
    {{ absent_term('claims') }} as absent_term
from {{ ref('stg_era__claims') }} as claims
left join adjustments
    on
        {{ same_remittance('claims', 'adjustments') }}
        and claims.claim_position = adjustments.claim_position
