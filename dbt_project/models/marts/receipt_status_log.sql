select
    receipt_id,
    event_on as changed_on,
    sequence,
    patient_id,
    status,
    code,
    message,
    -- Below zero are the entries that people made in billing itself, which have no number.
    case when entry_number > 0 then entry_number end as entry_number
from {{ ref('int_posting__events') }}
where event = 'receipt_status'
