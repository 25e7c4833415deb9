with current_versions as (
    {{ current_version(source('bronze', 'emr_payments'), repeated=ref('base_emr__payment_versions')) }}
)

select
    emr_payment_id,
    patient_id,
    emr_location_id,
    case_id,
    appointment_id,
    transaction_on,
    service_on,
    charge_type,
    payment_method,
    payment_status,
    due_amount,
    charge_amount,
    paid_amount,
    collected_by,
    last_modified_at,
    file_hash,
    row_number,
    load_id,
    loaded_on,
    version_count
from current_versions
