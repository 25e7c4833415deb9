select
    interchange_position,
    transaction_position,
    claim_position,
    line_position,
    segment_number,
    procedure_qualifier,
    procedure_code,
    modifier_1,
    modifier_2,
    modifier_3,
    modifier_4,
    charge_amount,
    units,
    line_control_number,
    service_from_on,
    service_to_on,
    file_hash,
    row_number,
    load_id,
    loaded_on
from {{ source('bronze', 'claim_acknowledgement_lines') }}
where loaded_on <= {{ as_of() }}
