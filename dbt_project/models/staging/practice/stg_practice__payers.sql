with current_versions as (
    {{ current_version(source('bronze', 'payers'), ['payer_id']) }}
)

select
    payer_id,
    payer_name,
    payer_kind,
    clearinghouse_payer_id,
    tax_id,
    filing_limit_days,
    needs_authorization,
    last_modified_at,
    file_hash,
    row_number,
    load_id,
    loaded_on,
    version_count
from current_versions
