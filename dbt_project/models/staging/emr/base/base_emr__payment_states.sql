with states as (
    {{ delivered_states(source('bronze', 'emr_payments'), repeated=ref('base_emr__payment_versions')) }}
)

select
    emr_payment_id,
    patient_id,
    emr_location_id,
    transaction_on,
    charge_type,
    payment_status,
    due_amount,
    charge_amount,
    paid_amount,
    file_hash,
    row_number,
    known_from,
    known_until
from states
