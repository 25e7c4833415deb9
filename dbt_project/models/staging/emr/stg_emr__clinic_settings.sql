with current_versions as (
    {{ current_version(source('bronze', 'clinic_settings'), ['emr_location_id', 'effective_from']) }}
)

select
    emr_location_id,
    effective_from,
    soap_version,
    is_integration_on,
    enabled_charge_types,
    last_modified_at,
    file_hash,
    row_number,
    load_id,
    loaded_on,
    version_count
from current_versions
