{{ config(materialized='table') }}

-- The rule says whom a reason concerns; a reason of the billing system's own keeps its words and comes last.
with rules as (
    select
        rule_id,
        version,
        {{ subject_precedence('subject') }} as precedence,
        subject,
        severity,
        owner,
        label,
        what_to_do
    from {{ ref('charge_rules') }}
    qualify row_number() over (partition by rule_id order by version desc) = 1
),

refused as (
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
        'formatter_run' as origin,
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
),

-- Our own evaluation is of today, and so belongs to the company's last run. A reason that this run gave as well is the
-- run's; a charge that the payer has answered is past every rule.
broken as (
    select
        failures.company_id,
        coalesce(runs.run_number, 'no run yet') as run_number,
        coalesce(runs.run_on, {{ as_of() }}) as run_on,
        coalesce(runs.run_position, 0) as run_position,
        true as is_latest,
        cast(null as integer) as previous_position,
        failures.practice_id,
        failures.location_id,
        failures.charge_record_id,
        failures.claim_id,
        failures.line_number,
        failures.patient_id,
        failures.payer_id,
        failures.rule_id as reason_code,
        failures.origin,
        failures.rule_version,
        failures.subject,
        failures.severity,
        failures.owner,
        failures.label as reason,
        failures.what_to_do,
        {{ subject_precedence('failures.subject') }} as precedence,
        failures.failed_on,
        failures.amount,
        failures.file_hash,
        failures.row_number,
        failures.load_id
    from {{ ref('int_charges__rule_failures') }} as failures
    left join {{ ref('int_charges__runs') }} as runs
        on
            failures.company_id = runs.company_id
            and runs.is_latest
    where
        failures.severity in ('block', 'hold')
        and not failures.is_adjudicated
        and not exists (
            select 1
            from refused
            where
                refused.is_latest
                and failures.company_id = refused.company_id
                and failures.charge_record_id = refused.charge_record_id
                and failures.rule_id = upper(trim(refused.reason_code))
        )
)

select *
from refused

union all

select *
from broken
