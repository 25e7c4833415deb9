select
    file_hash,
    interchange_position,
    transaction_position,
    {{ money('claim_paid_amount - provider_adjustment_amount') }} as expected_amount,
    payment_amount as actual_amount,
    case
        when payment_amount is null then 'payment_absent'
        when claim_paid_absent_count > 0 then 'claim_paid_absent'
        when provider_adjustment_absent_count > 0 then 'provider_adjustment_amount_absent'
    end as absent_term
from {{ ref('int_era__remittance_totals') }}
