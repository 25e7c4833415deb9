with settled as (
    select
        file_name,
        record_number,
        arg_max(correction_id, (corrected_at, correction_id)) as correction_id
    from {{ ref('stg_ingestion__corrections') }}
    where file_name is not null
    group by file_name, record_number
)

select
    quarantine.load_id,
    quarantine.file_hash,
    quarantine.file_name,
    quarantine.loaded_on,
    quarantine.source,
    quarantine.record_number,
    quarantine.problem_number,
    quarantine.column_name,
    quarantine.rule,
    quarantine.problem,
    quarantine.business_key,
    quarantine.amount_at_stake,
    settled.correction_id as settled_by_correction_id
from {{ ref('stg_ingestion__quarantine') }} as quarantine
left join settled
    on
        quarantine.file_name = settled.file_name
        and quarantine.record_number = settled.record_number
