select
    interchange_position,
    transaction_position,
    claim_position,
    line_position,
    segment_number,
    level,
    status_position,
    category_code,
    status_code,
    entity_code,
    effective_on,
    action_code,
    charge_amount,
    file_hash,
    row_number,
    load_id,
    loaded_on,
    category_code in ('A3', 'A6', 'A7', 'A8') as is_rejection
from {{ source('bronze', 'claim_acknowledgement_statuses') }}
where loaded_on <= {{ as_of() }}
