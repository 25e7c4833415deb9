with current_versions as (
    {{ current_version(source('bronze', 'refunds'), ['refund_id']) }}
)

select
    refund_id,
    receipt_id,
    refund_method,
    refunded_on,
    reference_batch_on,
    amount,
    last_modified_at,
    file_hash,
    row_number,
    load_id,
    loaded_on,
    version_count
from current_versions
