select
    appointment_id,
    patient_id,
    location_id,
    resource_id,
    cast(starts_at as date) as appointment_on,
    starts_at,
    appointment_status,
    file_hash,
    row_number,
    load_id
from {{ ref('stg_emr__appointments') }}
