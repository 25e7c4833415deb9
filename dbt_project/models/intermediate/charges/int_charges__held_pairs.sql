{{ config(materialized='table') }}

-- The lesser procedure of a pair is held while the other one stands beside it.
select
    held.claim_id,
    held.line_number,
    bool_or(not pairs.modifier_allowed) as is_never_paid
from ({{ with_own_rows(ref('procedure_pairs'), ref('practice_procedure_pairs')) }}) as pairs
inner join {{ ref('int_charges__billed') }} as held
    on
        pairs.held_procedure_code = held.procedure_code
        and {{ holds_on('pairs', 'held.service_on') }}
inner join {{ ref('int_charges__billed') }} as other
    on
        held.patient_id = other.patient_id
        and held.service_on = other.service_on
        and held.payer_id = other.payer_id
        and pairs.procedure_code = other.procedure_code
group by held.claim_id, held.line_number
