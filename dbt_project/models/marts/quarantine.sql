select
    load_id,
    file_hash,
    file_name,
    loaded_on,
    source,
    record_number,
    problem_number,
    column_name,
    rule,
    problem,
    business_key,
    amount_at_stake
from {{ ref('stg_ingestion__quarantine') }}
