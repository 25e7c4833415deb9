select
    statuses.claim_id,
    statuses.changed_on,
    statuses.change_sequence as sequence,
    statuses.claim_level as level,
    statuses.claim_status as status,
    statuses.invoice_on
from {{ ref('stg_billing__claim_statuses') }} as statuses
inner join {{ ref('int_posting__inputs_claims') }} as claims
    on statuses.claim_id = claims.claim_id
where statuses.changed_on <= {{ as_of() }}
