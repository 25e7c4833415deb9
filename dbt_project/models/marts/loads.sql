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
    coalesce(records_skipped, 0) as records_skipped,
    skipped_reasons,
    profile,
    coalesce(records_read, 0)
    = coalesce(records_kept, 0) + coalesce(records_quarantined, 0) + coalesce(records_skipped, 0)
    and coalesce(control_amount_read, 0)
    = coalesce(control_amount_kept, 0) + coalesce(control_amount_quarantined, 0) as is_conserved
from {{ ref('stg_ingestion__loads') }}
