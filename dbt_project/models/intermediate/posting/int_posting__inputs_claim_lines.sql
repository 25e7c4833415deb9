select
    claim_lines.claim_id,
    claim_lines.line_number,
    claim_lines.charge_amount,
    claim_lines.is_copay_line as is_copay,
    claim_lines.voided_on
from {{ ref('stg_billing__claim_lines') }} as claim_lines
inner join {{ ref('int_posting__inputs_claims') }} as claims
    on claim_lines.claim_id = claims.claim_id
