with states as (
    {{ delivered_states(source('bronze', 'billing_payments'), repeated=ref('base_billing__patient_payment_versions')) }}
)

select
    billing_payment_id,
    patient_id,
    billing_location_id,
    deposit_on,
    posting_on,
    posted_by,
    charge_type,
    amount,
    file_hash,
    row_number,
    known_from,
    known_until
from states
