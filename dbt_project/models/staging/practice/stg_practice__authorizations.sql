with current_versions as (
    {{ current_version(source('bronze', 'authorizations'), ['authorization_id']) }}
)

select
    authorization_id,
    patient_id,
    payer_id,
    case_id,
    effective_from,
    effective_until,
    procedure_codes,
    authorized_units,
    authorized_visits,
    last_modified_at,
    file_hash,
    row_number,
    load_id,
    loaded_on,
    version_count
from current_versions
