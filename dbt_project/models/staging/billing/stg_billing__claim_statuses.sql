with current_versions as (
    {{ current_version(source('bronze', 'claim_statuses'), ['claim_id', 'change_sequence'], modified_at=none) }}
)

select
    claim_id,
    changed_on,
    change_sequence,
    claim_level,
    claim_status,
    invoice_on,
    file_hash,
    row_number,
    load_id,
    loaded_on,
    version_count
from current_versions
