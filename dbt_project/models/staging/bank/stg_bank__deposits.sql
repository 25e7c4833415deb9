with current_versions as (
    {{ current_version(source('bronze', 'bank_deposits'), ['bank_account', 'deposit_id'], modified_at=none) }}
)

select
    bank_account,
    deposit_id,
    deposited_on,
    value_on,
    amount,
    type_code,
    trace_number,
    payer_identifier,
    bank_reference,
    customer_reference,
    bank_text,
    file_hash,
    row_number,
    load_id,
    loaded_on,
    version_count
from current_versions
