with current_versions as (
    {{ current_version(source('bronze', 'claim_lines'), repeated=ref('base_billing__claim_line_versions')) }}
)

select
    claim_id,
    line_number,
    procedure_code,
    modifiers,
    units,
    timed_minutes,
    charge_amount,
    is_copay_line,
    voided_on,
    last_modified_at,
    file_hash,
    row_number,
    load_id,
    loaded_on,
    version_count
from current_versions
