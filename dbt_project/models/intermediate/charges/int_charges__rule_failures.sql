{{ config(materialized='table') }}

-- Only what is broken becomes rows: a million charges pass most of the rules.
with broken as (
    {% for condition in charge_rule_conditions() %}
    select
        '{{ condition }}' as condition_name,
        claim_id,
        line_number,
        payer_kind,
        is_insured,
        service_on
    from {{ ref('int_charges__rule_conditions') }}
    where {{ condition }}
    {% if not loop.last %}

    union all

    {% endif %}
    {% endfor %}
)

select
    subjects.company_id,
    subjects.practice_id,
    subjects.location_id,
    subjects.charge_record_id,
    subjects.claim_id,
    subjects.line_number,
    subjects.patient_id,
    subjects.payer_id,
    rules.rule_id,
    rules.version as rule_version,
    rules.subject,
    rules.severity,
    rules.owner,
    rules.label,
    rules.what_to_do,
    case rules.rule_id
        when 'FC31' then subjects.rejected_on
        -- A limit is broken on the day after its last one.
        when 'FC10' then cast(subjects.filing_due_on + to_days(1) as date)
        else subjects.created_on
    end as failed_on,
    subjects.amount,
    subjects.is_adjudicated,
    case rules.rule_id when 'FC31' then 'acknowledgement' else 'rule' end as origin,
    case rules.rule_id when 'FC31' then subjects.rejection_file_hash else subjects.file_hash end as file_hash,
    case rules.rule_id when 'FC31' then subjects.rejection_row_number else subjects.row_number end as row_number,
    case rules.rule_id when 'FC31' then subjects.rejection_load_id else subjects.load_id end as load_id
from broken
inner join {{ ref('charge_rules') }} as rules
    on
        broken.condition_name = rules.condition_name
        and {{ rule_is_for_charge('rules', 'broken') }}
inner join {{ ref('int_charges__subjects') }} as subjects
    on
        broken.claim_id = subjects.claim_id
        and broken.line_number = subjects.line_number
