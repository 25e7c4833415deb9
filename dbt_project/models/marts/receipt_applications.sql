select
    receipt_id,
    sequence,
    patient_id,
    claim_id,
    line_number,
    event_on as posted_on,
    amount,
    step,
    order_key,
    open_line_count,
    open_amount,
    balance_before_amount,
    settings_version,
    settings_in_force
from {{ ref('int_posting__events') }}
where event = 'application'
