select
    entry_number,
    location_id,
    period_kind,
    period_start_on,
    action,
    is_refused,
    refused_for,
    person,
    entered_on,
    timezone('UTC', entered_at) as entered_at,
    nullif(reason, '') as reason,
    verdict,
    figures_sha256,
    read_from_run_id,
    entry_hash
from {{ ref('stg_journal__period_entries') }}
