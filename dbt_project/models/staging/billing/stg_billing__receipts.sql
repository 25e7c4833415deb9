with current_versions as (
    {{ current_version(source('bronze', 'receipts'), repeated=ref('base_billing__receipt_versions')) }}
)

select
    receipt_id,
    patient_id,
    payer_class,
    payer_id,
    receipt_type,
    payment_method,
    check_number,
    receipt_source,
    location_id,
    appointment_id,
    received_at,
    deposit_on,
    posting_on,
    reference_batch_id,
    reference_batch_on,
    amount,
    receipt_status,
    hold_until,
    reversal_of_receipt_id,
    last_modified_at,
    file_hash,
    row_number,
    load_id,
    loaded_on,
    version_count
from current_versions
