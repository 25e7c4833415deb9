select
    entry_number,
    entered_on,
    entered_at,
    person,
    company_id,
    charge_record_id,
    action,
    delayed_until,
    reason
from {{ source('bronze', 'journal_charge_entries') }}
where entered_on <= {{ as_of() }}
