select
    load_id,
    file_hash,
    file_name,
    file_size,
    source,
    record_unit,
    loaded_on,
    verdict,
    reason,
    duplicate_of_load_id,
    records_read,
    records_kept,
    records_quarantined,
    control_amount_read,
    control_amount_kept,
    control_amount_quarantined,
    records_without_readable_amount,
    records_skipped,
    skipped_reasons,
    profile,
    export_id
from {{ source('bronze', 'loads') }}
where loaded_on <= {{ as_of() }}
