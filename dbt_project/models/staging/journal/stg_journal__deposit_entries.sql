select
    entry_number,
    payment_number,
    entered_on,
    entered_at,
    person,
    bank_entry_key,
    action,
    bank_amount,
    expected_key,
    expected_amount,
    reason
from {{ source('bronze', 'journal_deposit_entries') }}
where entered_on <= {{ as_of() }}
