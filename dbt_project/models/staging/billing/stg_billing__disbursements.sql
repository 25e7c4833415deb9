with current_versions as (
    {{ current_version(source('bronze', 'disbursements'), ['disbursement_id']) }}
)

select
    disbursement_id,
    receipt_id,
    disbursement_code,
    disbursed_on,
    reference_batch_on,
    amount,
    last_modified_at,
    file_hash,
    row_number,
    load_id,
    loaded_on,
    version_count
from current_versions
