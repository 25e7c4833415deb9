select
    claim_id,
    event_on as changed_on,
    sequence,
    patient_id,
    status,
    previous_status,
    reason,
    receipt_id
from {{ ref('int_posting__events') }}
where event = 'claim_status'
