select
    interchange_position,
    transaction_position,
    segment_number,
    pair_position,
    provider_identifier,
    fiscal_period_on,
    reason_code,
    reference,
    amount,
    file_hash,
    row_number,
    load_id,
    loaded_on
from {{ source('bronze', 'era_provider_adjustments') }}
where loaded_on <= {{ as_of() }}
