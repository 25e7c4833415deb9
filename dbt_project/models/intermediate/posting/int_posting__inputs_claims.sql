select
    claim_id,
    patient_id,
    appointment_id,
    service_on,
    created_on,
    voided_on
from {{ ref('stg_billing__claims') }}
where created_on <= {{ as_of() }}
