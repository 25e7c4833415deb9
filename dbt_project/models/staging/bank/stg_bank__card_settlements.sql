with current_versions as (
    {{ current_version(source('bronze', 'card_settlements'), ['settlement_id']) }}
)

select
    settlement_id,
    settled_on,
    batch_id,
    card_kind,
    gross_amount,
    fee_amount,
    net_amount,
    transaction_count,
    location_id,
    last_modified_at,
    file_hash,
    row_number,
    load_id,
    loaded_on,
    version_count
from current_versions
