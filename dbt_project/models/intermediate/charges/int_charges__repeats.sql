{{ config(materialized='table') }}

-- Equal charges of a patient, payer and day, the first one first. Only charges that have an equal are rows.
with equal_charges as (
    select
        patient_id,
        payer_id,
        service_on,
        procedure_code,
        modifiers,
        units
    from {{ ref('int_charges__billed') }}
    group by patient_id, payer_id, service_on, procedure_code, modifiers, units
    having count(*) > 1
)

select
    charges.claim_id,
    charges.line_number,
    row_number() over (
        equals order by charges.created_on, charges.claim_id, charges.line_number
    ) as equal_position,
    row_number() over (
        partition by
            charges.patient_id, charges.payer_id, charges.service_on, charges.procedure_code,
            charges.modifiers, charges.units, lines.rendering_provider_npi
        order by charges.created_on, charges.claim_id, charges.line_number
    ) as equal_position_of_provider
from {{ ref('int_charges__billed') }} as charges
inner join equal_charges
    on
        charges.patient_id = equal_charges.patient_id
        and charges.service_on = equal_charges.service_on
        and charges.procedure_code = equal_charges.procedure_code
        and charges.modifiers = equal_charges.modifiers
        and charges.units is not distinct from equal_charges.units
        and charges.payer_id is not distinct from equal_charges.payer_id
left join {{ ref('int_charges__submission_lines') }} as lines
    on
        charges.claim_id = lines.claim_id
        and charges.line_number = lines.line_number
window equals as (
    partition by
        charges.patient_id, charges.payer_id, charges.service_on, charges.procedure_code,
        charges.modifiers, charges.units
)
