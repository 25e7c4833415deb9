{{ config(materialized='table') }}

-- The rule says whom a reason concerns; a reason of the billing system's own keeps its words and comes last.
with rules as (
    select
        rule_id,
        version,
        case subject when 'patient' then 1 when 'case' then 2 when 'provider' then 3 when 'payer' then 4 else 5 end
            as precedence,
        subject,
        severity,
        owner,
        label,
        what_to_do
    from {{ ref('charge_rules') }}
    qualify row_number() over (partition by rule_id order by version desc) = 1
)

select
    runs.company_id,
    runs.run_number,
    runs.run_on,
    runs.run_position,
    runs.is_latest,
    -- Whether a charge came back is asked of runs, however many reasons each of them gave.
    max(runs.run_position) over (
        partition by runs.company_id, failed.charge_record_id
        order by runs.run_position
        range between unbounded preceding and 1 preceding
    ) as previous_position,
    failed.practice_id,
    failed.location_id,
    failed.charge_record_id,
    failed.claim_id,
    failed.line_number,
    failed.patient_id,
    failed.payer_id,
    failed.reason_code,
    rules.version as rule_version,
    coalesce(rules.subject, 'charge') as subject,
    coalesce(rules.severity, 'block') as severity,
    coalesce(rules.owner, 'billing') as owner,
    coalesce(rules.label, failed.reason, failed.reason_code) as reason,
    coalesce(rules.what_to_do, 'Correct what the billing system names and reprocess the charge.') as what_to_do,
    coalesce(rules.precedence, 6) as precedence,
    failed.failed_on,
    failed.amount,
    failed.file_hash,
    failed.row_number,
    failed.load_id
from {{ ref('stg_billing__failed_charges') }} as failed
inner join {{ ref('int_charges__runs') }} as runs
    on
        coalesce(failed.company_id, '') = runs.company_id
        and failed.run_number = runs.run_number
left join rules
    on upper(trim(failed.reason_code)) = rules.rule_id
where failed.run_on <= {{ as_of() }}
