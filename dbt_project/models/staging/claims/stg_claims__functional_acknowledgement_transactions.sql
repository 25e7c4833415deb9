select
    interchange_position,
    transaction_position,
    response_position,
    segment_number,
    acknowledged_set_identifier,
    acknowledged_control_number,
    acknowledged_version,
    outcome_code,
    transaction_error_code_1,
    transaction_error_code_2,
    transaction_error_code_3,
    transaction_error_code_4,
    transaction_error_code_5,
    file_hash,
    row_number,
    load_id,
    loaded_on,
    outcome_code in ('A', 'E') as is_accepted
from {{ source('bronze', 'functional_acknowledgement_transactions') }}
where loaded_on <= {{ as_of() }}
