select
    interchange_position,
    transaction_position,
    claim_position,
    line_position,
    other_payer_position,
    adjudication_position,
    segment_number,
    level,
    party_code,
    qualifier,
    from_on,
    to_on,
    file_hash,
    row_number,
    load_id,
    loaded_on
from {{ source('bronze', 'claim_submission_dates') }}
where loaded_on <= {{ as_of() }}
