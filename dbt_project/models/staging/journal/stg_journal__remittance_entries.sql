select
    entry_number,
    entered_on,
    entered_at,
    person,
    remittance_key,
    action,
    reason
from {{ source('bronze', 'journal_remittance_entries') }}
where entered_on <= {{ as_of() }}
