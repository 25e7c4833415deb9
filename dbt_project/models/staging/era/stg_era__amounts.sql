select
    interchange_position,
    transaction_position,
    claim_position,
    line_position,
    segment_number,
    level,
    qualifier,
    amount,
    file_hash,
    row_number,
    load_id,
    loaded_on
from {{ source('bronze', 'era_amounts') }}
where loaded_on <= {{ as_of() }}
