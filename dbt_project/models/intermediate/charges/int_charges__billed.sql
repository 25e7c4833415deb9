{{ config(materialized='table') }}

-- Without a directory nobody can be missing from it.
with directory as (
    select count(*) > 0 as is_known
    from {{ ref('stg_practice__payers') }}
),

-- Billing's own id of a charge, where one of its exports named it.
record_ids as (
    select
        claim_id,
        line_number,
        arg_max(charge_record_id, (run_on, charge_record_id)) as charge_record_id,
        arg_max(coalesce(company_id, ''), (run_on, charge_record_id)) as company_id
    from {{ ref('stg_billing__failed_charges') }}
    where claim_id is not null
    group by claim_id, line_number
)

select
    coalesce(record_ids.company_id, locations.company_id, '') as company_id,
    coalesce(record_ids.charge_record_id, claims.claim_id || '-' || claim_lines.line_number) as charge_record_id,
    locations.practice_id,
    claims.location_id,
    locations.emr_location_id,
    locations.place_of_service_code as location_place_code,
    claims.claim_id,
    claim_lines.line_number,
    claims.patient_id,
    claims.payer_id,
    payers.payer_kind,
    claims.payer_id is not null as is_insured,
    case when directory.is_known then payers.payer_id is not null end as is_known_payer,
    payers.clearinghouse_payer_id,
    payers.needs_authorization,
    claims.service_on,
    claims.created_on,
    greatest(claims.loaded_on, claim_lines.loaded_on) as last_changed_on,
    {{ filing_due_on('claims.service_on', 'payers.filing_limit_days', 'payers.payer_kind') }} as filing_due_on,
    claim_lines.procedure_code,
    array_to_string(list_sort(string_split(upper(coalesce(claim_lines.modifiers, '')), ':')), ':') as modifiers,
    claim_lines.units,
    claim_lines.timed_minutes,
    claim_lines.charge_amount as amount,
    {{ payer_has_answered('balances') }} as is_adjudicated,
    {{ money('balances.charge_amount - balances.adjustment_amount') }} as allowed_amount
from {{ ref('int_claims__line_balances') }} as balances
inner join {{ ref('stg_billing__claim_lines') }} as claim_lines
    on
        balances.claim_id = claim_lines.claim_id
        and balances.line_number = claim_lines.line_number
inner join {{ ref('stg_billing__claims') }} as claims
    on balances.claim_id = claims.claim_id
left join {{ ref('stg_practice__locations') }} as locations
    on claims.location_id = locations.location_id
left join {{ ref('stg_practice__payers') }} as payers
    on claims.payer_id = payers.payer_id
cross join directory
left join record_ids
    on
        balances.claim_id = record_ids.claim_id
        and balances.line_number = record_ids.line_number
