with current_versions as (
    {{ current_version(source('bronze', 'legacy_postings'), ['legacy_posting_id']) }}
)

select
    legacy_posting_id,
    receipt_id,
    check_number,
    posted_on,
    amount,
    last_modified_at,
    file_hash,
    row_number,
    load_id,
    loaded_on,
    version_count
from current_versions
