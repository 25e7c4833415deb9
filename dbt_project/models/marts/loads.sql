-- A copy of a file is read no further than its bytes: its records are those of the first, and none counts again.
with accounts as (
    select
        loads.load_id,
        loads.file_hash,
        loads.file_name,
        loads.file_size,
        loads.source,
        loads.record_unit,
        loads.loaded_on,
        loads.verdict,
        loads.reason,
        loads.duplicate_of_load_id,
        coalesce(originals.records_read, loads.records_read) as records_read,
        loads.records_kept,
        loads.records_quarantined,
        coalesce(loads.records_skipped, 0) as records_skipped,
        coalesce(originals.records_read, 0) as records_duplicate,
        coalesce(originals.control_amount_read, loads.control_amount_read) as control_amount_read,
        loads.control_amount_kept,
        loads.control_amount_quarantined,
        {{ money('coalesce(originals.control_amount_read, 0)') }} as control_amount_duplicate,
        loads.records_without_readable_amount,
        loads.skipped_reasons,
        loads.profile,
        loads.export_id
    from {{ ref('stg_ingestion__loads') }} as loads
    left join {{ ref('stg_ingestion__loads') }} as originals
        on
            loads.duplicate_of_load_id = originals.load_id
            and loads.verdict = 'duplicate'
)

select
    *,
    coalesce(records_read, 0)
    = coalesce(records_kept, 0) + coalesce(records_quarantined, 0) + records_skipped + records_duplicate
    and coalesce(control_amount_read, 0)
    = coalesce(control_amount_kept, 0) + coalesce(control_amount_quarantined, 0) + control_amount_duplicate
        as is_conserved
from accounts
