with adjustments as (
    select
        file_hash,
        interchange_position,
        transaction_position,
        claim_position,
        line_position,
        {{ sum_or_zero('amount') }} as adjustment_amount,
        count(*) - count(amount) as absent_count
    from {{ ref('stg_era__adjustments') }}
    group by file_hash, interchange_position, transaction_position, claim_position, line_position
)

select
    service_lines.file_hash,
    service_lines.interchange_position,
    service_lines.transaction_position,
    service_lines.claim_position,
    service_lines.line_position,
    {{ money('service_lines.charge_amount - coalesce(adjustments.adjustment_amount, 0)') }} as expected_amount,
    service_lines.paid_amount as actual_amount,
    {{ absent_term('service_lines') }} as absent_term
from {{ ref('stg_era__service_lines') }} as service_lines
left join adjustments
    on
        {{ same_remittance('service_lines', 'adjustments') }}
        and service_lines.claim_position = adjustments.claim_position
        and service_lines.line_position = adjustments.line_position
