select
    interchange_position,
    transaction_position,
    claim_position,
    segment_number,
    diagnosis_position,
    qualifier,
    diagnosis_code,
    file_hash,
    row_number,
    load_id,
    loaded_on
from {{ source('bronze', 'claim_submission_diagnoses') }}
where loaded_on <= {{ as_of() }}
