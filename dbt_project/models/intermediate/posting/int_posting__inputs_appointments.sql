select
    appointment_id,
    patient_id,
    cast(starts_at as date) as starts_on
from {{ ref('stg_emr__appointments') }}
