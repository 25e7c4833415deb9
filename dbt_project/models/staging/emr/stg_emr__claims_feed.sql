with current_versions as (
    {{ current_version(source('bronze', 'claims_feed'), ['feed_id']) }}
)

select
    feed_id,
    emr_location_id,
    patient_id,
    case_id,
    emr_payment_id,
    feed_kind,
    feed_mode,
    service_on,
    transmitted_on,
    feed_status,
    reason,
    amount,
    last_modified_at,
    file_hash,
    row_number,
    load_id,
    loaded_on,
    version_count
from current_versions
