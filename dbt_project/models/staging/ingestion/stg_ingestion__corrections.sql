-- Delivered, not current: nobody corrects a correction but by a newer version of it.
with delivered_versions as (
    {{ delivered_version(source('bronze', 'corrections'), ['correction_id'], modified_at='corrected_at') }}
)

select
    correction_id,
    corrected_by,
    corrected_at,
    reason,
    source,
    business_key,
    column_name,
    old_value,
    new_value,
    file_name,
    record_number,
    file_hash,
    row_number,
    load_id,
    loaded_on,
    version_count
from delivered_versions
