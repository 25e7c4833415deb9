with current_versions as (
    {{ current_version(source('bronze', 'patient_merges'), ['merged_patient_id']) }}
)

select
    merged_patient_id,
    patient_id,
    merged_on,
    last_modified_at,
    file_hash,
    row_number,
    load_id,
    loaded_on,
    version_count
from current_versions
