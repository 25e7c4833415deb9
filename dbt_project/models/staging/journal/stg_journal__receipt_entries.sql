select
    entry_number,
    entered_on,
    entered_at,
    person,
    receipt_id,
    action,
    status,
    hold_until,
    claim_id,
    appointment_id,
    amount,
    disbursement_code,
    disbursement_id,
    undoes_entry_number,
    refund_method
from {{ source('bronze', 'journal_entries') }}
where entered_on <= {{ as_of() }}
