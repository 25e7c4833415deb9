with current_versions as (
    {{ current_version(source('bronze', 'payments'), repeated=ref('base_billing__payment_versions')) }}
)

select
    payment_id,
    entry_type,
    receipt_id,
    claim_id,
    line_number,
    posting_on,
    reference_batch_id,
    reference_batch_on,
    amount,
    last_modified_at,
    file_hash,
    row_number,
    load_id,
    loaded_on,
    version_count
from current_versions
