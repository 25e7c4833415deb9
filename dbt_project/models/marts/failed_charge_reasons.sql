select
    company_id,
    charge_record_id,
    reason_code,
    'formatter_run' as origin,
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
group by company_id, charge_record_id, reason_code
