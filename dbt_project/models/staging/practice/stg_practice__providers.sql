with current_versions as (
    {{ current_version(source('bronze', 'providers'), ['provider_id']) }}
)

select
    provider_id,
    provider_name,
    npi,
    provider_kind,
    taxonomy_code,
    license_number,
    license_expires_on,
    location_id,
    last_modified_at,
    file_hash,
    row_number,
    load_id,
    loaded_on,
    version_count
from current_versions
