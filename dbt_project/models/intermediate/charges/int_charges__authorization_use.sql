{{ config(materialized='table') }}

-- An authorization that came in several versions is the one that holds longest from now on. What no claim names is not
-- used.
with authorizations as (
    select distinct on (authorization_id, patient_id, payer_id)
        authorization_id,
        patient_id,
        payer_id,
        effective_from,
        effective_until,
        list_transform(string_split(procedure_codes, ';'), code -> trim(code)) as procedure_codes,
        authorized_units,
        authorized_visits
    from {{ ref('stg_practice__authorizations') }}
    order by authorization_id, patient_id, payer_id, effective_from desc
)

select
    charges.claim_id,
    charges.line_number,
    charges.service_on between authorizations.effective_from
    and coalesce(authorizations.effective_until, charges.service_on)
    and coalesce(list_contains(authorizations.procedure_codes, charges.procedure_code), true)
        as is_covered,
    coalesce(
        sum(charges.units) over (
            used order by charges.service_on, charges.claim_id, charges.line_number
        ) > authorizations.authorized_units,
        false
    )
    or coalesce(
        dense_rank() over (used order by charges.service_on) > authorizations.authorized_visits,
        false
    ) as is_used_up
from {{ ref('int_charges__billed') }} as charges
inner join {{ ref('int_charges__submission_lines') }} as lines
    on
        charges.claim_id = lines.claim_id
        and charges.line_number = lines.line_number
inner join authorizations
    on
        lines.authorization_number = authorizations.authorization_id
        and charges.patient_id = authorizations.patient_id
        and charges.payer_id = authorizations.payer_id
window used as (partition by charges.patient_id, charges.payer_id, lines.authorization_number)
