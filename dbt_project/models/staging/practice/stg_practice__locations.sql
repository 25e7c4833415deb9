with current_versions as (
    {{ current_version(source('bronze', 'locations'), ['location_id']) }}
)

select
    location_id,
    location_name,
    practice_id,
    company_id,
    emr_location_id,
    billing_location_id,
    place_of_service_code,
    last_modified_at,
    file_hash,
    row_number,
    load_id,
    loaded_on,
    version_count
from current_versions
