with current_versions as (
    {{ current_version(
        source('bronze', 'closed_periods'),
        ['location_id', 'period_start_on', 'close_version'],
        modified_at=none
    ) }}
)

select
    location_id,
    period_start_on,
    period_end_on,
    close_version,
    closed_on,
    reopened_on,
    file_hash,
    row_number,
    load_id,
    loaded_on,
    version_count
from current_versions
