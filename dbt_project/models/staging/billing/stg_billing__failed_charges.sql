with current_versions as (
    {{ current_version(source('bronze', 'failed_charges'), ['run_number', 'charge_record_id', 'reason_code']) }}
)

select
    run_number,
    run_on,
    company_id,
    practice_id,
    location_id,
    charge_record_id,
    claim_id,
    line_number,
    patient_id,
    payer_id,
    reason_code,
    reason,
    failed_on,
    amount,
    last_modified_at,
    file_hash,
    row_number,
    load_id,
    loaded_on,
    version_count
from current_versions
