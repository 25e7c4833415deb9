with latest as (
    select
        claim_id,
        max(
            struct_pack(
                changed_on := changed_on,
                change_sequence := change_sequence,
                claim_level := claim_level,
                claim_status := claim_status,
                invoice_on := invoice_on
            )
        ) as last_change
    from {{ ref('stg_billing__claim_statuses') }}
    where changed_on <= {{ as_of() }}
    group by claim_id
)

select
    latest.claim_id,
    latest.last_change.changed_on,
    latest.last_change.claim_level,
    latest.last_change.claim_status,
    latest.last_change.invoice_on
from latest
