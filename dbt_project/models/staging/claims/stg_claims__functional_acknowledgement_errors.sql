select
    interchange_position,
    transaction_position,
    response_position,
    segment_number,
    faulty_segment_id,
    faulty_segment_position,
    faulty_loop,
    segment_error_code,
    element_position,
    component_position,
    repetition_position,
    data_element,
    element_error_code,
    patient_control_number,
    file_hash,
    row_number,
    load_id,
    loaded_on
from {{ source('bronze', 'functional_acknowledgement_errors') }}
where loaded_on <= {{ as_of() }}
