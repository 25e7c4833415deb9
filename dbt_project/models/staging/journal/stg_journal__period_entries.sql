select
    entry_number,
    entered_on,
    entered_at,
    person,
    period_key,
    split_part(period_key, '|', 1) as period_kind,
    cast(split_part(period_key, '|', 2) as date) as period_start_on,
    split_part(period_key, '|', 3) as location_id,
    action,
    figures_sha256,
    read_from_run_id,
    verdict,
    is_refused,
    refused_for,
    details,
    reason,
    entry_hash
from {{ source('bronze', 'journal_period_entries') }}
where entered_on <= {{ as_of() }}
