select
    company_id,
    charge_record_id,
    reason_code,
    origin,
    arg_max(rule_version, run_position) as rule_version,
    arg_max(subject, run_position) as subject,
    arg_max(severity, run_position) as severity,
    arg_max(owner, run_position) as owner,
    arg_max(reason, run_position) as reason,
    arg_max(what_to_do, run_position) as what_to_do,
    min(failed_on) as oldest_failure_on,
    max(failed_on) as last_failure_on,
    count(*) as failure_count,
    bool_or(is_latest) as is_standing,
    arg_max(file_hash, run_position) as file_hash,
    arg_max(row_number, run_position) as row_number,
    arg_max(load_id, run_position) as load_id
from {{ ref('int_charges__failures') }}
where origin = 'formatter_run'
group by company_id, charge_record_id, reason_code, origin

union all

-- Our own rules and the acknowledgements say what stands today, warnings and answered charges included.
select
    company_id,
    charge_record_id,
    rule_id as reason_code,
    origin,
    max(rule_version) as rule_version,
    max(subject) as subject,
    max(severity) as severity,
    max(owner) as owner,
    max(label) as reason,
    max(what_to_do) as what_to_do,
    min(failed_on) as oldest_failure_on,
    max(failed_on) as last_failure_on,
    cast(1 as bigint) as failure_count,
    not bool_and(is_adjudicated) as is_standing,
    max(file_hash) as file_hash,
    max(row_number) as row_number,
    max(load_id) as load_id
from {{ ref('int_charges__rule_failures') }}
group by company_id, charge_record_id, rule_id, origin
