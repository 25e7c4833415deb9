{{ config(materialized='table') }}

-- Only what is broken becomes rows: a million charges pass most of the rules.
with broken as (
    select
        claim_id,
        line_number,
        payer_kind,
        is_insured,
        service_on,
        unnest(
            list_filter(
                [
                    {%- for condition in charge_rule_conditions() %}
                    case when {{ condition }} then '{{ condition }}' end{{ ',' if not loop.last }}
                    {%- endfor %}
                ],
                condition -> condition is not null
            )
        ) as condition_name
    from {{ ref('int_charges__rule_conditions') }}
    where {{ charge_rule_conditions() | join(' or ') }}
)

select
    charges.company_id,
    charges.practice_id,
    charges.location_id,
    charges.charge_record_id,
    charges.claim_id,
    charges.line_number,
    charges.patient_id,
    charges.payer_id,
    rules.rule_id,
    rules.version as rule_version,
    rules.subject,
    rules.severity,
    rules.owner,
    rules.label,
    rules.what_to_do,
    case rules.rule_id
        when 'FC31' then acknowledgements.rejected_on
        -- A limit is broken on the day after its last one.
        when 'FC10' then cast(charges.filing_due_on + to_days(1) as date)
        else charges.created_on
    end as failed_on,
    charges.amount,
    charges.is_adjudicated,
    case rules.rule_id when 'FC31' then 'acknowledgement' else 'rule' end as origin,
    case rules.rule_id when 'FC31' then acknowledgements.file_hash else claim_lines.file_hash end as file_hash,
    case rules.rule_id when 'FC31' then acknowledgements.row_number else claim_lines.row_number end as row_number,
    case rules.rule_id when 'FC31' then acknowledgements.load_id else claim_lines.load_id end as load_id
from broken
inner join {{ ref('charge_rules') }} as rules
    on
        broken.condition_name = rules.condition_name
        and {{ rule_is_for_charge('rules', 'broken') }}
inner join {{ ref('int_charges__billed') }} as charges
    on
        broken.claim_id = charges.claim_id
        and broken.line_number = charges.line_number
inner join {{ ref('stg_billing__claim_lines') }} as claim_lines
    on
        broken.claim_id = claim_lines.claim_id
        and broken.line_number = claim_lines.line_number
left join {{ ref('int_charges__acknowledgements') }} as acknowledgements
    on broken.claim_id = acknowledgements.claim_id
