with current_versions as (
    {{ current_version(source('bronze', 'billing_payments'), repeated=ref('base_billing__patient_payment_versions')) }}
)

select
    billing_payment_id,
    emr_payment_id,
    patient_id,
    billing_location_id,
    deposit_on,
    posting_on,
    posted_by,
    charge_type,
    money_type,
    check_number,
    batch_number,
    amount,
    last_modified_at,
    file_hash,
    row_number,
    load_id,
    loaded_on,
    version_count
from current_versions
