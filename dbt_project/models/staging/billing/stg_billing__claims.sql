with current_versions as (
    {{ current_version(source('bronze', 'claims'), repeated=ref('base_billing__claim_versions')) }}
)

select
    claim_id,
    patient_id,
    appointment_id,
    location_id,
    payer_id,
    service_on,
    created_on,
    voided_on,
    charge_amount,
    last_modified_at,
    file_hash,
    row_number,
    load_id,
    loaded_on,
    version_count
from current_versions
