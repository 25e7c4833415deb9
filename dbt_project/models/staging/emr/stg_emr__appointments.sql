with current_versions as (
    {{ current_version(source('bronze', 'appointments'), ['appointment_id']) }}
)

select
    appointment_id,
    patient_id,
    location_id,
    resource_id,
    starts_at,
    appointment_status,
    last_modified_at,
    file_hash,
    row_number,
    load_id,
    loaded_on,
    version_count
from current_versions
